package io.payroute.notification;

import java.util.List;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.dataformat.protobuf.ProtobufDataFormat;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.messaging.RoleTopics;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.runtime.Roles;
import io.quarkus.arc.Unremovable;

/** What the routes of this role name and Camel cannot make by itself. */
public class NotificationBeans {

    static final String CALLS = "notificationCalls";

    /** The data format of topic payment.status-updated. */
    @Produces
    @Singleton
    @Named("paymentStatusUpdated")
    ProtobufDataFormat paymentStatusUpdated() {
        return new ProtobufDataFormat(PaymentStatusUpdated.getDefaultInstance());
    }

    @Produces
    @Unremovable
    RoleTopics topics(@ConfigProperty(name = "topic.payment-status-updated") String status,
            @ConfigProperty(name = "topic.notification-updated") String updated) {
        return new RoleTopics(Roles.NOTIFICATION, List.of(status),
                List.of(updated, ReplayNotification.SOURCE + RoleTopics.DEAD_LETTERS));
    }

    @Produces
    @Singleton
    @Named(CALLS)
    ThreadPoolProfile calls(Config config) {
        return calls(config.getOptionalValue("notification.grpc.parallelism", Integer.class).orElse(16));
    }

    /** The threads that tell the events of one batch; what they cannot take, the consumer's thread does itself. */
    static ThreadPoolProfile calls(int threads) {
        return new ThreadPoolProfileBuilder(CALLS).poolSize(threads).maxPoolSize(threads).maxQueueSize(1000)
                .rejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns).build();
    }
}
