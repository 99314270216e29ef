package io.payroute.payment.event.apply;

import io.payroute.payment.TransitionPayment;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.delivery.TellMerchants;

/** The state machine for provider events, for tests of what feeds it. */
public final class TestApplyEvent {

    private TestApplyEvent() {
    }

    public static ApplyEvent applyEvent() {
        TransitionPayment transitionPayment = new TransitionPayment("payment.status-updated");
        TellMerchants tellMerchants = new TellMerchants(TestWebhooks.settings());
        return new ApplyEvent(transitionPayment, new ApplyCapture(transitionPayment, tellMerchants),
                new ApplyRefund(transitionPayment),
                new ApplyDispute(tellMerchants));
    }
}
