package io.payroute.order.model;

import java.util.Locale;

/** What is to be done next for an order; each is one call to another role, and may be repeated. */
public enum SagaStep {
    /** Its items, all or none. */
    RESERVE,
    /** Its one payment. */
    PAY,
    /** Where the payment stands: when its event has come, and now and then without. */
    AWAIT_PAYMENT,
    /** The items are sold. */
    COMMIT,
    /** It is paid, but the reservation had ended before. */
    RESERVE_AGAIN,
    /** The payment is cancelled or refunded. */
    REVERSE,
    /** The items are for sale again. */
    RELEASE;

    /** The word in the database, in routes and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static SagaStep ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
