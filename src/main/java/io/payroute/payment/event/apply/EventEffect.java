package io.payroute.payment.event.apply;

import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.provider.ProviderEvent;

/** What an event of a provider has come to, in the words that are kept with it. */
final class EventEffect {

    private EventEffect() {
    }

    static ProviderEvent.Effect of(Decision decision) {
        return switch (decision.effect()) {
            case TRANSITION, BOOK -> ProviderEvent.Effect.APPLIED;
            case WAIT -> ProviderEvent.Effect.NOT_YET;
            case CONFLICT -> ProviderEvent.Effect.CONFLICT;
            case DUE, FAILOVER, QUERY, TAKE, REFUSE, NONE -> ProviderEvent.Effect.NO_EFFECT;
        };
    }
}
