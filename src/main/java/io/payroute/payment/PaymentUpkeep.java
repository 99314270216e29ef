package io.payroute.payment;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.health.WatchedDatabases;
import io.payroute.platform.kafka.RoleTopics;
import io.payroute.platform.work.QueueSamples;
import io.quarkus.arc.Unremovable;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;

/** The payment role's queues to be measured, and its topics. */
@ApplicationScoped
class PaymentUpkeep {

    private record Queue(String role, String name, String sql) implements QueueSamples.Queue {
    }

    /** Charges and status queries that are due and not yet claimed. */
    @Produces
    @Unremovable
    QueueSamples.Queue chargesDue() {
        return new Queue(PaymentRole.NAME, "charges-due",
                "SELECT count(*), coalesce(extract(epoch FROM now() - min(due_at)), 0) "
                        + "FROM charge_work WHERE due_at <= now()");
    }

    /** Payments whose provider has not said what happened. */
    @Produces
    @Unremovable
    QueueSamples.Queue unknown() {
        return new Queue(PaymentRole.NAME, "payments-unknown", "SELECT count(*), "
                + "coalesce(extract(epoch FROM now() - min(sent_at)), 0) FROM charge_work WHERE queries > 0");
    }

    /** Captures, cancellations and refunds that have no outcome yet. */
    @Produces
    @Unremovable
    QueueSamples.Queue operations() {
        return new Queue(PaymentRole.NAME, "operations", "SELECT count(*), "
                + "coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM payment_operation WHERE due_at IS NOT NULL");
    }

    /** Disputes that want an answer at the provider. */
    @Produces
    @Unremovable
    QueueSamples.Queue disputes() {
        return new Queue(PaymentRole.NAME, "disputes-open", "SELECT count(*), "
                + "coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM payment_dispute WHERE ended_at IS NULL");
    }

    /** Money that a provider moved for a payment or an operation that had ended without, in the last week. */
    @Produces
    @Unremovable
    QueueSamples.Queue conflicts() {
        return new Queue(PaymentRole.NAME, "provider-conflicts", "SELECT count(*), "
                + "coalesce(extract(epoch FROM now() - min(at)), 0) FROM payment_event WHERE type = 'provider.conflict' "
                + "AND at > now() - interval '7 days'");
    }

    @Produces
    @Unremovable
    RoleTopics topics(@ConfigProperty(name = "topic.payment") String payment,
            @ConfigProperty(name = "topic.payment-status-updated") String status,
            @ConfigProperty(name = "topic.notification-updated") String notification) {
        return new RoleTopics(PaymentRole.NAME, List.of(payment, status, notification), List.of());
    }

    @Produces
    @Singleton
    @Unremovable
    @FlywayDataSource(PaymentRole.NAME)
    FlywayConfigurationCustomizer tables(WatchedDatabases databases) {
        return databases.watched(PaymentRole.NAME);
    }
}
