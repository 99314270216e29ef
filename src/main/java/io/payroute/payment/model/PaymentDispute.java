package io.payroute.payment.model;

import java.util.Locale;
import java.util.UUID;

/**
 * A dispute, chargeback or reversal of a payment, by the provider's own id. Optional values are null.
 *
 * @param amount minor units that are contested
 * @param withdrawn minor units that the provider has withdrawn and not reinstated
 * @param statusOrder where the event that set the state stands among the provider's
 * @param fundsOrder the same for the money
 */
public record PaymentDispute(UUID id, UUID paymentId, String provider, String reference, Status status, long amount,
        long withdrawn, String reason, long statusOrder, Long fundsOrder) {

    public enum Status {
        OPEN, UNDER_REVIEW, WON, LOST, CLOSED;

        /** The word in the HTTP interface and in the database. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Status ofWord(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }

        public boolean isFinal() {
            return this != OPEN && this != UNDER_REVIEW;
        }
    }

    /** Whether this state at this position is news. Of two at the same position the one that a dispute reaches later is. */
    public boolean isBefore(long order, Status told) {
        return statusOrder < order || statusOrder == order && status.ordinal() < told.ordinal();
    }

    /** @param why null keeps the reason that is known */
    public PaymentDispute to(Status told, long order, long contested, String why) {
        return new PaymentDispute(id, paymentId, provider, reference, told, Math.max(contested, withdrawn), withdrawn,
                why == null ? reason : why, order, fundsOrder);
    }

    /** @param moved what was withdrawn, or reinstated, of what is contested */
    public PaymentDispute paid(boolean withdrawal, long moved, long order) {
        long contested = withdrawal ? moved : amount;
        return new PaymentDispute(id, paymentId, provider, reference, status, contested,
                withdrawal ? moved : Math.min(withdrawn, Math.max(0, amount - moved)), reason, statusOrder, order);
    }
}
