package io.payroute.payment.model;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The states of a payment and the ways between them. {@code UNKNOWN} is a provider call without an answer: it is asked for by
 * status query, never charged again blindly and never failed without asking. {@code COMPLETED} becomes {@code FAILED} only when the
 * provider takes its word back: the money of the capture did not come. The database holds the same rules.
 */
public enum PaymentStatus {
    PENDING, PROCESSING, UNKNOWN, AUTHORIZED, COMPLETED, PARTIALLY_REFUNDED, REFUNDED, FAILED, CANCELLED;

    /** The word in the HTTP interface, on topics and in the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static PaymentStatus ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    public Set<PaymentStatus> next() {
        return switch (this) {
            case PENDING -> EnumSet.of(PROCESSING, CANCELLED);
            case PROCESSING -> EnumSet.of(COMPLETED, FAILED, UNKNOWN, AUTHORIZED);
            case UNKNOWN -> EnumSet.of(COMPLETED, FAILED, AUTHORIZED);
            case AUTHORIZED -> EnumSet.of(COMPLETED, CANCELLED);
            case COMPLETED -> EnumSet.of(PARTIALLY_REFUNDED, REFUNDED, FAILED);
            case PARTIALLY_REFUNDED -> EnumSet.of(REFUNDED);
            case REFUNDED, FAILED, CANCELLED -> EnumSet.noneOf(PaymentStatus.class);
        };
    }

    public boolean canBecome(PaymentStatus status) {
        return next().contains(status);
    }
}
