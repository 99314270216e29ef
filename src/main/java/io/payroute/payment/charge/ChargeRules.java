package io.payroute.payment.charge;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.work.Backoff;

/**
 * Decides what follows from a provider's answer. A charge whose answer is missing is asked for on a schedule for ever; it is
 * charged again only when the provider says that it knows no such charge, and never failed without asking.
 */
@ApplicationScoped
public class ChargeRules {

    private final ProviderFailover failover;
    private final Backoff retry;
    private final int maxAttempts;
    private final List<Duration> querySchedule;

    public ChargeRules(ProviderFailover failover, @ConfigProperty(name = "payment.charge.retry-first") Duration first,
            @ConfigProperty(name = "payment.charge.retry-max") Duration max,
            @ConfigProperty(name = "payment.charge.max-attempts") int maxAttempts,
            @ConfigProperty(name = "payment.unknown.query-schedule") List<Duration> querySchedule) {
        this.failover = failover;
        this.retry = new Backoff(first, max);
        this.maxAttempts = maxAttempts;
        this.querySchedule = querySchedule;
    }

    ChargeDecision decide(ChargeTask task, ProviderOutcome outcome) {
        if (outcome instanceof ProviderOutcome.Completed) {
            return new ChargeDecision(PaymentStatus.COMPLETED, null, null, false);
        }
        if (outcome instanceof ProviderOutcome.Authorized) {
            return new ChargeDecision(PaymentStatus.AUTHORIZED, null, null, false);
        }
        Optional<ProviderFailover.Next> other = failover.after(task, outcome, maxAttempts);
        if (other.isPresent()) {
            String reason = outcome instanceof ProviderOutcome.Declined ? outcome.detail() : outcome.word();
            Duration pause = other.get().now() ? Duration.ZERO : repeatAfter(task);
            return new ChargeDecision(null, reason, pause, true, other.get().provider());
        }
        if (outcome instanceof ProviderOutcome.Declined declined) {
            return new ChargeDecision(PaymentStatus.FAILED, declined.detail(), null, false);
        }
        if (outcome instanceof ProviderOutcome.NotDone && mayRepeat(task)) {
            return new ChargeDecision(null, null, repeatAfter(task), true);
        }
        if (outcome instanceof ProviderOutcome.NotDone && task.ask()) {
            return new ChargeDecision(PaymentStatus.FAILED, "provider_unavailable", null, false);
        }
        Duration pause = askAfter(task);
        if (outcome instanceof ProviderOutcome.Pending) {
            return new ChargeDecision(null, null, pause, false);
        }
        // Unanswered, or the last attempt did not get through: an earlier one may have, so the provider is asked before anything.
        PaymentStatus next = task.status() == PaymentStatus.UNKNOWN ? null : PaymentStatus.UNKNOWN;
        return new ChargeDecision(next, "no_answer", pause, false);
    }

    /** Whether an operation that provably was not carried out may be sent once more. */
    public boolean mayRepeat(ProviderTask task) {
        return task.attempts() < maxAttempts;
    }

    /** How long to wait before it is sent again. */
    public Duration repeatAfter(ProviderTask task) {
        return retry.after(task.attempts());
    }

    /** How long to wait before the provider is asked what happened; the last entry of the schedule repeats for ever. */
    public Duration askAfter(ProviderTask task) {
        return querySchedule.get(Math.min(task.queries(), querySchedule.size() - 1));
    }
}
