package io.payroute.notification;

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
import io.payroute.proto.order.OrderEvent;
import io.quarkus.arc.Unremovable;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;

/**
 * What this role declares: its topics, its tables, what its queue needs, and how its routes read an order. What it is to tell of
 * payments is requested over gRPC.
 */
public class NotificationBeans {

    /** What the route of the queue cannot do without. */
    public static final QueueSteps STEPS = new QueueSteps(
            Map.of("notifications", List.of("notifications.keepFailure", "notifications.record")));

    @Produces
    @Unremovable
    RoleTopics topics(@ConfigProperty(name = "topic.notification-updated") String updated,
            @ConfigProperty(name = "topic.order-created") String ordered,
            @ConfigProperty(name = "topic.order-status-updated") String orders) {
        return new RoleTopics(NotificationRole.NAME, List.of(ordered, orders),
                List.of(updated, ReplayNotification.SOURCE + RoleTopics.DEAD_LETTERS));
    }

    @Produces
    @Singleton
    @Unremovable
    @FlywayDataSource(NotificationRole.NAME)
    FlywayConfigurationCustomizer tables(WatchedDatabases databases) {
        return databases.watched(NotificationRole.NAME);
    }

    @Produces
    @ApplicationScoped
    @Unremovable
    @Named("orderEvent")
    ProtobufDataFormat orderEvent() {
        return new ProtobufDataFormat(OrderEvent.getDefaultInstance());
    }

    @Produces
    @Unremovable
    QueueSteps steps() {
        return STEPS;
    }
}
