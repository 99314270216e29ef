package io.payroute.payment.model;

import java.util.Locale;
import java.util.Set;

/**
 * The states of a payment; what leads from one to another stands in {@link PaymentState}, and the database holds the same ways.
 * {@code UNKNOWN} is a provider call without an answer: it is resolved by status queries, never charged again blindly and never
 * failed without a status query. {@code COMPLETED} becomes {@code FAILED} only when the provider takes its word back: the money of the
 * capture did not come. {@code REVIEW} waits for a person: nothing was sent to a provider.
 */
public enum PaymentStatus {
    PENDING, PROCESSING, REVIEW, UNKNOWN, AUTHORIZED, COMPLETED, PARTIALLY_REFUNDED, REFUNDED, FAILED, CANCELLED;

    /** The word in the HTTP interface, on topics and in the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static PaymentStatus ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Whether money has moved, and may be told of once more. */
    public boolean isCaptured() {
        return this == COMPLETED || this == PARTIALLY_REFUNDED || this == REFUNDED;
    }

    /** The states that this one leads to. */
    public Set<PaymentStatus> next() {
        return PaymentState.next(this);
    }

    public boolean canBecome(PaymentStatus status) {
        return next().contains(status);
    }
}
