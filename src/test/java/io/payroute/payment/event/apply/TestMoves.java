package io.payroute.payment.event.apply;

import io.payroute.payment.MovePayment;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.delivery.TellMerchants;

/** The state machine for provider events, for tests of what feeds it. */
public final class TestMoves {

    private TestMoves() {
    }

    public static MoveByEvent moveByEvent() {
        MovePayment movePayment = new MovePayment("payment.status-updated");
        TellMerchants tellMerchants = new TellMerchants(TestWebhooks.settings());
        return new MoveByEvent(movePayment, new MoveByCapture(movePayment, tellMerchants), new MoveByRefund(movePayment),
                new MoveByDispute(tellMerchants));
    }
}
