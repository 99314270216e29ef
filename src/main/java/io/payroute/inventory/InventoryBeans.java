package io.payroute.inventory;

import java.util.List;
import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.dataformat.protobuf.ProtobufDataFormat;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.health.WatchedDatabases;
import io.payroute.platform.kafka.RoleTopics;
import io.payroute.platform.route.QueueSteps;
import io.payroute.proto.product.ProductUpdated;
import io.quarkus.arc.Unremovable;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;

/** What this role declares: its topics, its tables, what its queue needs, and how its route reads an event. */
public class InventoryBeans {

    /** Reservations that have had their time. */
    public static final String EXPIRIES = "inventory-expiries";

    /** What the route of the queue cannot do without. */
    public static final QueueSteps STEPS = new QueueSteps(Map.of(EXPIRIES, List.of("expireStock.expire")));

    @Produces
    @Unremovable
    RoleTopics topics(@ConfigProperty(name = "topic.product-updated") String products,
            @ConfigProperty(name = "topic.stock-updated") String stock) {
        return new RoleTopics(InventoryRole.NAME, List.of(products), List.of(stock));
    }

    @Produces
    @Singleton
    @Unremovable
    @FlywayDataSource(InventoryRole.NAME)
    FlywayConfigurationCustomizer tables(WatchedDatabases databases) {
        return databases.watched(InventoryRole.NAME);
    }

    @Produces
    @Unremovable
    QueueSteps steps() {
        return STEPS;
    }

    @Produces
    @ApplicationScoped
    @Unremovable
    @Named("productUpdated")
    ProtobufDataFormat productUpdated() {
        return new ProtobufDataFormat(ProductUpdated.getDefaultInstance());
    }
}
