package io.payroute.provider;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

import io.payroute.money.Money;

/**
 * What a provider told of a payment, after its own words were translated. Optional values are null.
 *
 * @param id the provider's id of the event, or of the thing it tells of when that is what repetitions share
 * @param paymentId our payment, when the provider repeated the id that we had given it
 * @param reference the provider's id of the payment; with the provider's name the other way to find ours
 * @param partReference the provider's id of the capture, refund or dispute that it is about, where that has an id of its own
 * @param operationId our refund, when the provider repeated the key that we had given it
 * @param money of what happened: of a refund, the amount of this one refund
 * @param reason of a failure, as a word
 */
public record ProviderEvent(String provider, String id, Kind kind, UUID paymentId, String reference, String partReference,
        UUID operationId, Money money, String reason, Dispute dispute) {

    /** Of anything but a dispute. */
    public ProviderEvent(String provider, String id, Kind kind, UUID paymentId, String reference, String partReference,
            UUID operationId, Money money, String reason) {
        this(provider, id, kind, paymentId, reference, partReference, operationId, money, reason, null);
    }

    /**
     * What an event says of a dispute, beside its state.
     *
     * @param funds what became of the money, null when it says nothing of that
     * @param order where the event stands among the dispute's: a later one has a greater number
     */
    public record Dispute(Funds funds, long order) {
    }

    /** The provider withdrew the money, or reinstated it. */
    public enum Funds {
        WITHDRAWN, REINSTATED
    }

    /** The same event over another amount. */
    public ProviderEvent over(Money amount) {
        return new ProviderEvent(provider, id, kind, paymentId, reference, partReference, operationId, amount, reason, dispute);
    }

    /** The operation, among the calls to a provider, of what was no call but told by an event. */
    public static final String NO_CALL = "event";

    /** What happened. */
    public enum Kind {
        AUTHORIZED, COMPLETED, FAILED,
        /** A capture was refused; what was authorised before still is. */
        CAPTURE_DECLINED,
        /** The money of a capture that had been told of did not come after all. */
        CAPTURE_FAILED, CANCELLED,
        /** All of it is undone: cancelled where it was only authorised, refunded where it was captured. */
        CANCELLED_OR_REFUNDED, REFUNDED, REFUND_FAILED,
        /** Somebody contests the payment: the states of that. */
        DISPUTE_OPENED, DISPUTE_UNDER_REVIEW, DISPUTE_WON, DISPUTE_LOST, DISPUTE_CLOSED,
        /** Its money was withdrawn, or reinstated, and its state stays. */
        FUNDS_WITHDRAWN, FUNDS_REINSTATED,
        /** Ignored on purpose. */
        OTHER,
        /** The provider's route says nothing of this word. */
        UNDECLARED;

        public boolean isDispute() {
            return DISPUTES.contains(this);
        }

        /** The word in routes, in the interface and in the database. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Set<Kind> DISPUTES = EnumSet.range(Kind.DISPUTE_OPENED, Kind.FUNDS_REINSTATED);

    /** What came of an event. */
    public enum Effect {
        /** The payment changed. */
        APPLIED,
        /** It said what was known already, or came too late to say anything. */
        NO_EFFECT,
        /** Its payment, or the state that it follows on, is not here yet: try again later. */
        NOT_YET,
        /** It contradicts what is known, such as a success after a failure: an operator must decide. */
        CONFLICT
    }
}
