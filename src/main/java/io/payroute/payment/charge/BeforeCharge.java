package io.payroute.payment.charge;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.hook.HookDecision;
import io.payroute.payment.hook.HookFailures;
import io.payroute.payment.hook.HookedExchange;
import io.payroute.payment.hook.HookedPayment;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.Payment;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.work.Backoff;
import io.payroute.platform.work.Continuations;

/**
 * Has the team's hook {@code payment-before-charge} look at a charge that was never sent. It is asked until it has decided
 * once; a failure says nothing of the provider and is no attempt: the charge is due again after a pause that grows.
 */
@ApplicationScoped
@Named("beforeCharge")
public class BeforeCharge {

    /** Exchange property: the hook has decided otherwise, or could not decide, and that is written down. */
    private static final String ENDED = "chargeEnded";
    private static final String HOOK = ReplacedHooks.BEFORE_CHARGE;

    private final ReleaseCharges releaseCharges;
    private final EndBeforeCharge endBeforeCharge;
    private final HookFailures outcomes;
    private final Backoff retry;

    BeforeCharge(ReleaseCharges releaseCharges, EndBeforeCharge endBeforeCharge, HookFailures outcomes,
            @ConfigProperty(name = "payment.hook.retry-first") Duration first,
            @ConfigProperty(name = "payment.hook.retry-max") Duration max) {
        this.releaseCharges = releaseCharges;
        this.endBeforeCharge = endBeforeCharge;
        this.outcomes = outcomes;
        this.retry = new Backoff(first, max);
    }

    public boolean applies(@Body Object task) {
        return task instanceof ChargeTask charge && charge.unreleased() != null;
    }

    public void offer(Exchange exchange) {
        ChargeTask task = exchange.getMessage().getBody(ChargeTask.class);
        Payment payment = task.payment();
        new HookedPayment(payment.id(), payment.userId(), payment.email(), payment.orderId(), payment.money(), payment.method(),
                payment.provider(), payment.capture(), task.unreleased().failures() + 1).offer(exchange);
    }

    /** @return ends after the commit; then the charge may be sent, or {@link #isEnded} */
    public CompletionStage<Void> conclude(Exchange exchange) throws Exception {
        Throwable ended = HookedExchange.takeBack(exchange);
        ChargeTask task = exchange.getMessage().getBody(ChargeTask.class);
        CrashPoint.reached("hook-before-commit");
        if (ended == null) {
            outcomes.decided(HOOK, "passed");
            return releaseCharges.release(task).thenAcceptAsync(released -> {
                exchange.getMessage().setBody(task.released());
                if (!released) {
                    exchange.setProperty(ENDED, true);
                }
            }, Continuations.EXECUTOR);
        }
        exchange.setProperty(ENDED, true);
        if (ended instanceof HookDecision decision) {
            endBeforeCharge.end(task, decision);
            outcomes.decided(HOOK, decision.kind().name().toLowerCase(Locale.ROOT));
        } else {
            outcomes.failed(HOOK, task.id(), ended);
            releaseCharges.later(task, retry.after(task.unreleased().failures() + 1));
        }
        return CompletableFuture.completedFuture(null);
    }

    public boolean isEnded(Exchange exchange) {
        return exchange.getProperty(ENDED, false, Boolean.class);
    }
}
