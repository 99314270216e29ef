package io.payroute.payment.model;

import java.time.Instant;
import java.util.UUID;

import io.payroute.money.Money;

/**
 * A payment as stored. Optional values are null.
 *
 * @param capture false when the money is only reserved until a capture
 * @param captured minor units that moved, 0 before
 * @param refundClaimed minor units of refunds that succeeded or may still succeed
 * @param refunded minor units of refunds that succeeded
 * @param disputed minor units that are contested in disputes that have not ended
 * @param chargedBack minor units that the provider has withdrawn and not reinstated
 * @param disputeStatus of its disputes that are open, or else of those that have ended; null for none
 */
public record Payment(UUID id, String userId, Money money, String method, String provider, String providerReference,
        PaymentStatus status, String reason, String email, String description, String orderId, Instant createdAt,
        Instant updatedAt, Instant processedAt, boolean capture, long captured, long refundClaimed, long refunded,
        long disputed, long chargedBack, PaymentDispute.Status disputeStatus) {

    /** Minor units that a refund may still give back. */
    public long refundable() {
        return Math.max(0, captured - refundClaimed - chargedBack);
    }

    /** The same payment, when so much of it is captured. */
    public Payment captured(long minor) {
        return new Payment(id, userId, money, method, provider, providerReference, status, reason, email, description, orderId,
                createdAt, updatedAt, processedAt, capture, minor, refundClaimed, refunded, disputed, chargedBack,
                disputeStatus);
    }

    /** The same payment in its next state. @param name by which the provider knows it, null keeps the one that is known */
    public Payment become(PaymentStatus next, String why, String name, long minor) {
        return new Payment(id, userId, money, method, provider, name == null ? providerReference : name, next, why, email,
                description, orderId, createdAt, updatedAt, processedAt, capture, minor, refundClaimed, refunded, disputed,
                chargedBack, disputeStatus);
    }

    /** The same payment after a refund. @param claimed what was set aside for it before, 0 for one that nobody had requested */
    public Payment refunded(long claimed, long minor) {
        return refunds(refundClaimed - claimed + minor, refunded + minor);
    }

    /** The same payment with these sums of refunds. */
    public Payment refunds(long claimedMinor, long refundedMinor) {
        return new Payment(id, userId, money, method, provider, providerReference, status, reason, email, description, orderId,
                createdAt, updatedAt, processedAt, capture, captured, claimedMinor, refundedMinor, disputed, chargedBack,
                disputeStatus);
    }

    /** The same payment with these sums of its disputes. */
    public Payment disputed(long open, long withdrawn) {
        return new Payment(id, userId, money, method, provider, providerReference, status, reason, email, description, orderId,
                createdAt, updatedAt, processedAt, capture, captured, refundClaimed, refunded, open, withdrawn, disputeStatus);
    }

    /** The same payment at this provider. What another one called it means nothing there. */
    public Payment at(String at) {
        return at.equals(provider)
                ? this
                : new Payment(id, userId, money, method, at, null, status, reason, email, description, orderId, createdAt,
                        updatedAt, processedAt, capture, captured, refundClaimed, refunded, disputed, chargedBack,
                        disputeStatus);
    }
}
