package io.payroute.aggregator.model;

import java.util.Locale;

/**
 * How far a payment has come, without its refunds. It only goes up: what an event says that is not higher came late, or again. A
 * success is above a failure, because a customer may try again until it succeeds; a capture whose money did not come after all is
 * above a success.
 */
public enum PaymentLadder {

    PENDING(0), AUTHORIZED(1), FAILED(2), CANCELLED(2), COMPLETED(3), CAPTURE_FAILED(4);

    private final int height;

    PaymentLadder(int height) {
        this.height = height;
    }

    public boolean isBelow(PaymentLadder other) {
        return height < other.height;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static PaymentLadder ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
