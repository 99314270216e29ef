package io.payroute.payment;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.health.WatchedDatabases;
import io.payroute.platform.kafka.RoleTopics;
import io.payroute.platform.outbox.Retention;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.QueueSamples;
import io.quarkus.arc.Unremovable;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;

/** What of the payment role is to be watched, what it no longer needs, and its topics. */
@ApplicationScoped
class PaymentUpkeep implements Retention.Rules {

    /** Payments whose provider has not said what happened. */
    @Produces
    @Unremovable
    QueueSamples.Watched unknown() {
        return new QueueSamples.Watched(PaymentRole.NAME, "payments-unknown",
                new Backlog("charge_work WHERE queries > 0", "sent_at"), false);
    }

    /** Payments that the team's hook holds, for a person to decide. */
    @Produces
    @Unremovable
    QueueSamples.Watched held() {
        return new QueueSamples.Watched(PaymentRole.NAME, "payments-in-review", new Backlog("payment_review", "held_at"));
    }

    /** Charges whose hook could not decide yet. */
    @Produces
    @Unremovable
    QueueSamples.Watched failingHooks() {
        return new QueueSamples.Watched(PaymentRole.NAME, "charges-hook-failing",
                new Backlog("charge_work WHERE hook_failures > 0", "created_at"));
    }

    /** Outcomes that the team's hook failed to take, and is to be told again. */
    @Produces
    @Unremovable
    QueueSamples.Watched failingOutcomeHooks() {
        return new QueueSamples.Watched(PaymentRole.NAME, "outcomes-hook-failing",
                new Backlog("outcome_hook WHERE failures > 0", "created_at"));
    }

    /** Captures, cancellations and refunds that have no outcome yet. */
    @Produces
    @Unremovable
    QueueSamples.Watched operations() {
        return new QueueSamples.Watched(PaymentRole.NAME, "operations-open",
                new Backlog("payment_operation WHERE due_at IS NOT NULL", "created_at"), false);
    }

    /** Disputes that want an answer at the provider. */
    @Produces
    @Unremovable
    QueueSamples.Watched disputes() {
        return new QueueSamples.Watched(PaymentRole.NAME, "disputes-open",
                new Backlog("payment_dispute WHERE ended_at IS NULL", "created_at"));
    }

    /** With its secret the customer could still confirm a payment; there is nothing left to confirm. */
    @Override
    public List<Retention.Rule> rules() {
        return List.of(new Retention.Rule(PaymentRole.NAME, "payment_action", """
                created_at <= now() - make_interval(secs => ?) AND NOT EXISTS (
                  SELECT 1 FROM payment WHERE id = payment_id AND status IN ('processing', 'unknown'))""", Duration.ZERO));
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
