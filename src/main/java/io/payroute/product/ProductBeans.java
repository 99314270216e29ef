package io.payroute.product;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.dataformat.protobuf.ProtobufDataFormat;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.payroute.platform.health.WatchedDatabases;
import io.payroute.platform.kafka.RoleTopics;
import io.payroute.proto.inventory.StockUpdated;
import io.quarkus.arc.Unremovable;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;

/** What this role declares: its scope, its topics, its tables, and how its route reads an event. */
public class ProductBeans {

    /** Read and change products, over gRPC. */
    public static final Scope SERVE = new Scope("products:serve");
    /** No paths: the gateway has those. */
    public static final RoleAccess ACCESS = new RoleAccess(ProductRole.NAME, List.of(SERVE), List.of());

    @Produces
    @Unremovable
    RoleAccess access() {
        return ACCESS;
    }

    @Produces
    @Unremovable
    RoleTopics topics(@ConfigProperty(name = "topic.product-updated") String updated,
            @ConfigProperty(name = "topic.stock-updated") String stock) {
        return new RoleTopics(ProductRole.NAME, List.of(stock), List.of(updated));
    }

    @Produces
    @ApplicationScoped
    @Unremovable
    @Named("stockUpdated")
    ProtobufDataFormat stockUpdated() {
        return new ProtobufDataFormat(StockUpdated.getDefaultInstance());
    }

    @Produces
    @Singleton
    @Unremovable
    @FlywayDataSource(ProductRole.NAME)
    FlywayConfigurationCustomizer tables(WatchedDatabases databases) {
        return databases.watched(ProductRole.NAME);
    }
}
