package io.payroute.payment.dryrun;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;

import io.payroute.payment.PaymentEvents;
import io.payroute.payment.hook.HookDecision;
import io.payroute.payment.hook.HookedExchange;
import io.payroute.payment.hook.HookedPayment;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.hook.outcome.OutcomeTask;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.Causes;
import io.payroute.platform.Refusal;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial.Said;

/** Asks a hook of the payment role, as the application does, and says what it called and decided. */
final class AskHook {

    /** In the order in which a payment meets them. */
    static final List<String> HOOKS = List.of(ReplacedHooks.BEFORE_STORE, ReplacedHooks.BEFORE_CHARGE,
            ReplacedHooks.AFTER_OUTCOME);

    private AskHook() {
    }

    /** @return whether it lets the payment go on */
    static boolean of(DryRoutes routes, String hook, HookedPayment payment, List<Said> said) {
        if (!routes.has(hook)) {
            return true;
        }
        Exchange exchange = routes.exchange(null);
        payment.offer(exchange);
        Throwable ended = run(routes, hook, exchange, "", said);
        if (ended instanceof Refusal refusal) {
            said.add(Said.of(hook, "refuses it: " + refusal.type() + ", " + refusal.detail()));
        } else if (ended instanceof HookDecision decision) {
            said.add(Said.of(hook, (decision.kind() == HookDecision.Kind.HOLD ? "holds it for review: " : "declines it: ")
                    + decision.reason()));
        } else if (ended != null) {
            said.add(Said.bad(hook, "fails: " + Causes.brief(ended)));
        }
        return ended == null;
    }

    /** Tells it of an outcome. @param payment as it is then */
    static List<Said> afterOutcome(DryRoutes routes, PaymentStatus before, Payment payment) {
        List<Said> said = new ArrayList<>();
        String hook = ReplacedHooks.AFTER_OUTCOME;
        if (routes.has(hook)) {
            String when = "when " + payment.status().word();
            byte[] event = PaymentEvents.message(payment, before, payment.status(), payment.reason(), Instant.EPOCH,
                    payment.captured(), payment.refunded()).toByteArray();
            Exchange exchange = routes.exchange(null);
            HookedExchange.offer(exchange, new OutcomeTask(payment.id() + payment.status().word(), event, 1, 0).values());
            Throwable ended = run(routes, hook, exchange, when + ", ", said);
            if (ended != null) {
                said.add(Said.bad(hook, when + " it fails: " + Causes.brief(ended)));
            }
        }
        return said;
    }

    private static Throwable run(DryRoutes routes, String hook, Exchange exchange, String when, List<Said> said) {
        Throwable ended = routes.run(hook, exchange.getMessage().getBody(), exchange.getMessage().getHeaders(), Map.of())
                .getException();
        routes.calls().forEach(call -> said.add(Said.of(hook, when + call)));
        return ended;
    }
}
