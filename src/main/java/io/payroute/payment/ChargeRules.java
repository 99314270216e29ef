package io.payroute.payment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.messaging.Backoff;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;

/**
 * Decides what follows from a provider's answer. A charge whose answer is missing is asked for on a schedule for ever; it is
 * charged again only when the provider says that it knows no such charge, and never failed without asking.
 */
@ApplicationScoped
class ChargeRules {

    private final Backoff retry;
    private final int maxAttempts;
    private final List<Duration> querySchedule;

    ChargeRules(@ConfigProperty(name = "payment.charge.retry-first") Duration first,
            @ConfigProperty(name = "payment.charge.retry-max") Duration max,
            @ConfigProperty(name = "payment.charge.max-attempts") int maxAttempts,
            @ConfigProperty(name = "payment.unknown.query-schedule") List<Duration> querySchedule) {
        this.retry = new Backoff(first, max);
        this.maxAttempts = maxAttempts;
        this.querySchedule = querySchedule;
    }

    ChargeDecision decide(ChargeTask task, ProviderOutcome outcome, Instant now) {
        if (outcome instanceof ProviderOutcome.Completed) {
            return new ChargeDecision(PaymentStatus.COMPLETED, null, null, false);
        }
        if (outcome instanceof ProviderOutcome.Authorized) {
            return new ChargeDecision(PaymentStatus.AUTHORIZED, null, null, false);
        }
        if (outcome instanceof ProviderOutcome.Declined declined) {
            return new ChargeDecision(PaymentStatus.FAILED, declined.detail(), null, false);
        }
        if (outcome instanceof ProviderOutcome.NotDone && task.attempts() < maxAttempts) {
            return new ChargeDecision(null, null, now.plus(retry.after(task.attempts())), true);
        }
        if (outcome instanceof ProviderOutcome.NotDone && task.ask()) {
            return new ChargeDecision(PaymentStatus.FAILED, "provider_unavailable", null, false);
        }
        Instant again = now.plus(querySchedule.get(Math.min(task.queries(), querySchedule.size() - 1)));
        if (outcome instanceof ProviderOutcome.Pending) {
            return new ChargeDecision(null, null, again, false);
        }
        // Unanswered, or the last attempt did not get through: an earlier one may have, so the provider is asked before anything.
        PaymentStatus next = task.status() == PaymentStatus.UNKNOWN ? null : PaymentStatus.UNKNOWN;
        return new ChargeDecision(next, "no_answer", again, false);
    }
}
