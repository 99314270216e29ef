package io.payroute.payment.event.apply;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.provider.ProviderEvent;

/**
 * What an event has come to. All is null where there is no payment for it.
 *
 * @param payment as it was before
 */
public record Decided(Payment payment, PaymentFact fact, Decision decision) {

    static final Decided NO_PAYMENT = new Decided(null, null, null);

    static Decided of(Payment payment, PaymentFact fact) {
        return new Decided(payment, fact, PaymentState.decide(payment.status(), fact));
    }

    boolean is(PaymentState.Effect effect) {
        return decision.effect() == effect;
    }

    /** Which fact met which state, for an operator. */
    String text() {
        return "the payment is " + payment.status().word() + " here, and by this event: " + fact.text();
    }

    /** In the words that are kept with the event. */
    public ProviderEvent.Effect effect() {
        if (decision == null) {
            return ProviderEvent.Effect.NOT_YET;
        }
        return switch (decision.effect()) {
            case TRANSITION, BOOK -> ProviderEvent.Effect.APPLIED;
            case WAIT -> ProviderEvent.Effect.NOT_YET;
            case CONFLICT -> ProviderEvent.Effect.CONFLICT;
            case DUE, FAILOVER, QUERY, TAKE, REFUSE, NONE -> ProviderEvent.Effect.NO_EFFECT;
        };
    }
}
