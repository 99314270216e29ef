package io.payroute.payment.event.apply;

import io.payroute.payment.MovePayment;

/** The state machine for provider events, for tests of what feeds it. */
public final class TestMoves {

    private TestMoves() {
    }

    public static MoveByEvent moveByEvent() {
        MovePayment movePayment = new MovePayment("payment.status-updated");
        return new MoveByEvent(movePayment, new MoveByRefund(movePayment));
    }
}
