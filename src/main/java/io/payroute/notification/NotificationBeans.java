package io.payroute.notification;

import java.util.List;

import jakarta.enterprise.inject.Produces;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.Roles;
import io.payroute.platform.kafka.RoleTopics;
import io.quarkus.arc.Unremovable;

/** The topics of this role. It reads none: what it is to announce is requested over gRPC. */
public class NotificationBeans {

    @Produces
    @Unremovable
    RoleTopics topics(@ConfigProperty(name = "topic.notification-updated") String updated) {
        return new RoleTopics(Roles.NOTIFICATION, List.of(),
                List.of(updated, ReplayNotification.SOURCE + RoleTopics.DEAD_LETTERS));
    }
}
