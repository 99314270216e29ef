package io.payroute.payment.model;

import java.util.Locale;
import java.util.UUID;

import io.payroute.money.Money;

/**
 * What a provider told of a payment, after its own words were translated. Optional values are null.
 *
 * @param id the provider's id of the event, or of the thing it tells of when that is what repetitions share
 * @param paymentId our payment, when the provider repeated the id that we had given it
 * @param reference the provider's id of the payment; with the provider's name the other way to find ours
 * @param partReference the provider's id of the capture or refund that it is about, where that has an id of its own
 * @param operationId our refund, when the provider repeated the key that we had given it
 * @param money of what happened: of a refund, the amount of this one refund
 * @param reason of a failure, as a word
 */
public record ProviderEvent(String provider, String id, Kind kind, UUID paymentId, String reference, String partReference,
        UUID operationId, Money money, String reason) {

    /** The same event over another amount. */
    public ProviderEvent over(Money amount) {
        return new ProviderEvent(provider, id, kind, paymentId, reference, partReference, operationId, amount, reason);
    }

    /** The operation, among the calls to a provider, of what was no call but told by an event. */
    public static final String NO_CALL = "event";

    /** What happened. */
    public enum Kind {
        AUTHORIZED, COMPLETED, FAILED,
        /** A capture was refused; what was authorised before still is. */
        CAPTURE_DECLINED, CANCELLED,
        /** All of it is undone: cancelled where it was only authorised, refunded where it was captured. */
        CANCELLED_OR_REFUNDED, REFUNDED, REFUND_FAILED,
        /** Ignored on purpose. */
        OTHER,
        /** The provider's route says nothing of this word. */
        UNDECLARED;

        /** The word in routes, in the interface and in the database. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What came of an event. */
    public enum Effect {
        /** The payment moved. */
        APPLIED,
        /** It said what was known already, or came too late to say anything. */
        NO_EFFECT,
        /** Its payment, or the state that it follows on, is not here yet: ask again later. */
        NOT_YET,
        /** It contradicts what is known, such as a success after a failure: somebody must look. */
        CONFLICT
    }
}
