package io.payroute.payment.charge;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.work.Backoff;

/**
 * Says when a charge goes on after a provider's answer, and with whom. What follows from the answer is decided by
 * {@link PaymentState}: a charge whose answer is missing gets status queries on a schedule for ever; it is charged again only when the
 * provider says that it knows no such charge, and never failed without a status query.
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
        Optional<ProviderFailover.Next> other = failover.after(task, outcome, maxAttempts);
        PaymentFact fact = other.isPresent()
                ? PaymentFact.PASSED_ON
                : PaymentFacts.ofCharge(outcome, task.statusQuery(), mayRepeat(task));
        PaymentState.Decision decision = PaymentState.decide(task.status(), fact);
        return switch (decision.effect()) {
            case TRANSITION -> new ChargeDecision(decision.next(), reason(fact, outcome),
                    decision.next() == PaymentStatus.UNKNOWN ? queryAfter(task) : null, false);
            case FAILOVER -> new ChargeDecision(null, reason(fact, outcome),
                    other.orElseThrow().now() ? Duration.ZERO : repeatAfter(task), true, other.orElseThrow().provider());
            case DUE -> new ChargeDecision(null, null, repeatAfter(task), true);
            case QUERY -> new ChargeDecision(null, reason(fact, outcome), queryAfter(task), false);
            default -> new ChargeDecision(null, null, null, false);
        };
    }

    private static String reason(PaymentFact fact, ProviderOutcome outcome) {
        return switch (fact) {
            case NOT_CHARGED -> outcome instanceof ProviderOutcome.Declined ? outcome.detail() : "provider_unavailable";
            case PASSED_ON -> outcome instanceof ProviderOutcome.Declined ? outcome.detail() : outcome.word();
            case UNANSWERED -> "no_answer";
            default -> null;
        };
    }

    /** Whether an operation that provably was not carried out may be sent once more. */
    public boolean mayRepeat(ProviderTask task) {
        return task.attempts() < maxAttempts;
    }

    /** How long to wait before it is sent again. */
    public Duration repeatAfter(ProviderTask task) {
        return retry.after(task.attempts());
    }

    /** How long to wait before the provider is queried; the last entry of the schedule repeats for ever. */
    public Duration queryAfter(ProviderTask task) {
        return querySchedule.get(Math.min(task.queries(), querySchedule.size() - 1));
    }
}
