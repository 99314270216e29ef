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

    /** One that was not requested here: the provider told of it, when it had ended. */
    public static PaymentOperation told(UUID id, Payment payment, Kind kind, long minor, Status status, String reason,
            String reference) {
        return new PaymentOperation(id, payment.id(), kind, new Money(minor, payment.money().currency()), status, reason,
                "provider:" + payment.provider(), payment.provider(), reference, null, null);
    }

    /** The same operation, ended. @param told null keeps the reference that is known */
    public PaymentOperation ended(Status outcome, long minor, String why, String told) {
        return new PaymentOperation(id, paymentId, kind, new Money(minor, money.currency()), outcome, why, requestedBy,
                provider,
                told == null ? reference : told, createdAt, endedAt);
    }
}
