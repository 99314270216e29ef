package io.payroute.payment.event.apply;

import io.payroute.payment.TransitionPayment;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.delivery.TellMerchants;

/** The state machine for provider events, for tests of what feeds it. */
public final class TestApplyEvent {

    private TestApplyEvent() {
    }

    public static ApplyEvent applyEvent() {
        return new ApplyEvent(new TransitionPayment("payment.status-updated"), new TellMerchants(TestWebhooks.settings()));
    }
}
