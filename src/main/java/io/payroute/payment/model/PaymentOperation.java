package io.payroute.payment.model;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

import io.payroute.money.Money;

/**
 * Something that was requested after a payment's charge. Optional values are null.
 *
 * @param id the idempotency key at the provider
 * @param money of this operation: a part of the payment's, or all of it
 * @param reason of a failure, as a word
 * @param requestedBy the caller, or {@code provider:<name>} for one that the provider told of
 * @param reference the provider's own id of it
 */
public record PaymentOperation(UUID id, UUID paymentId, Kind kind, Money money, Status status, String reason,
        String requestedBy, String provider, String reference, Instant createdAt, Instant endedAt) {

    public enum Kind {
        CAPTURE, CANCEL, REFUND;

        /** The word in the HTTP interface, in the database and for the provider's route. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public enum Status {
        PENDING, SUCCEEDED, FAILED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
