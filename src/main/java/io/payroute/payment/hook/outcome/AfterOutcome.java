package io.payroute.payment.hook.outcome;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.PaymentEvents;
import io.payroute.payment.hook.HookFailures;
import io.payroute.payment.hook.HookedExchange;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Causes;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.outbox.DeadLetters.Letter;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.outbox.RoleDeadLetters;
import io.payroute.platform.work.Backoff;

/**
 * Tells the team's hook {@code payment-after-outcome} of an outcome, at least once. The payment has it already, whatever the hook does: a
 * failure is told again after a pause that grows, and is a dead letter after {@code payment.after-outcome.max-attempts}.
 */
@ApplicationScoped
@Named("afterOutcome")
public class AfterOutcome {

    private static final String HOOK = ReplacedHooks.AFTER_OUTCOME;
    private static final String ROUTE = "payment-outcome-hook";

    /** Takes what is given up. */
    @FunctionalInterface
    interface Store {
        void store(Letter letter) throws Exception;
    }

    private final OutcomeQueue queue;
    private final Store deadLetters;
    private final HookFailures outcomes;
    private final int maxAttempts;
    private final Backoff retry;

    @Inject
    AfterOutcome(OutcomeQueue queue, RoleDeadLetters deadLetters, HookFailures outcomes,
            @ConfigProperty(name = "payment.after-outcome.max-attempts") int maxAttempts,
            @ConfigProperty(name = "payment.after-outcome.retry-first") Duration first,
            @ConfigProperty(name = "payment.after-outcome.retry-max") Duration max) {
        this(queue, letter -> deadLetters.of(PaymentRole.NAME).store(letter), outcomes, maxAttempts, new Backoff(first, max));
    }

    AfterOutcome(OutcomeQueue queue, Store deadLetters, HookFailures outcomes, int maxAttempts, Backoff retry) {
        this.queue = queue;
        this.deadLetters = deadLetters;
        this.outcomes = outcomes;
        this.maxAttempts = maxAttempts;
        this.retry = retry;
    }

    public void offer(@Body OutcomeTask task, Exchange exchange) {
        HookedExchange.offer(exchange, task.values());
    }

    /** @return ends after the commit */
    public CompletionStage<Void> conclude(Exchange exchange) throws Exception {
        Throwable failure = HookedExchange.takeBack(exchange);
        OutcomeTask task = exchange.getMessage().getBody(OutcomeTask.class);
        CrashPoint.reached("outcome-told-before-commit");
        if (failure == null) {
            outcomes.decided(HOOK, "told");
            return queue.done(task);
        }
        String payment = task.read().getPaymentId();
        outcomes.failed(HOOK, payment, failure);
        int failures = task.failures() + 1;
        if (failures < maxAttempts) {
            return queue.again(task, retry.after(failures));
        }
        // First: a kill in between leaves both, and the letter is stored again.
        deadLetters.store(new Letter(ReplayOutcome.SOURCE, Outbox.key(payment), task.eventId(), PaymentEvents.STATUS_UPDATED,
                EventEnvelope.PROTOBUF, task.event(), ROUTE, Causes.brief(failure), failures));
        CrashPoint.reached("outcome-dead-letter-stored");
        return queue.done(task);
    }
}
