package io.payroute.aggregator.model;

import java.time.Instant;
import java.util.Map;

import io.payroute.money.Money;

/**
 * What one event says of one payment. Optional values are null.
 *
 * @param part the provider's id of the capture or refund, empty where it has none
 * @param money of this part
 * @param whole what the payment as a whole is about
 * @param dispute the state of a dispute
 * @param metadata to be shown, bounded
 */
public record PaymentFact(Kind kind, String part, Money money, Money whole, String dispute, String email, Instant at,
        Map<String, String> metadata) {

    /** What happened. */
    public enum Kind {
        PENDING, AUTHORIZED, FAILED, CANCELLED, COMPLETED, CAPTURE_FAILED,
        /** Refunded if it was captured, cancelled if not. */
        CANCELLED_OR_REFUNDED, REFUNDED, REFUND_FAILED, DISPUTE,
        /** It changes nothing. */
        NOTHING
    }
}
