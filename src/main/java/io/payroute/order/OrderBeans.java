package io.payroute.order;

import java.util.List;
import java.util.Map;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.order.model.OrderRole;
import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.payroute.platform.health.WatchedDatabases;
import io.payroute.platform.kafka.RoleTopics;
import io.payroute.platform.route.QueueSteps;
import io.quarkus.arc.Unremovable;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;

/** What this role declares: its scope, its topics, its tables and what its queue needs. */
public class OrderBeans {

    /** Make, read and cancel orders, over gRPC. */
    public static final Scope SERVE = new Scope("orders:serve");
    public static final RoleAccess ACCESS = new RoleAccess(OrderRole.NAME, List.of(SERVE), List.of());
    /** What the route of the queue cannot do without. */
    public static final QueueSteps STEPS = new QueueSteps(
            Map.of(SagaQueue.QUEUE, List.of("direct:order-advance")));

    @Produces
    @Unremovable
    RoleAccess access() {
        return ACCESS;
    }

    @Produces
    @Unremovable
    RoleTopics topics(@ConfigProperty(name = "topic.payment-status-updated") String payments,
            @ConfigProperty(name = "topic.order-created") String created,
            @ConfigProperty(name = "topic.order-status-updated") String updated) {
        return new RoleTopics(OrderRole.NAME, List.of(payments), List.of(created, updated));
    }

    @Produces
    @Singleton
    @Unremovable
    @FlywayDataSource(OrderRole.NAME)
    FlywayConfigurationCustomizer tables(WatchedDatabases databases) {
        return databases.watched(OrderRole.NAME);
    }

    @Produces
    @Unremovable
    QueueSteps steps() {
        return STEPS;
    }
}
