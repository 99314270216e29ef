package io.payroute.order.model;

/** What another role answered, or what the customer wants. */
public enum SagaFact {
    RESERVED,
    /** For good: there is not enough, or the payment is not taken. */
    REFUSED, COMMITTED,
    /** The reservation had ended before it was committed. */
    EXPIRED, RELEASED, PAYMENT_PENDING, PAYMENT_PAID,
    /** Declined or cancelled: no money was kept. */
    PAYMENT_FAILED,
    /** What was paid is refunded. */
    PAYMENT_REFUNDED,
    /** The order has none: the event was about a payment that only bears its id, or nothing was initiated. */
    PAYMENT_UNKNOWN, CANCEL_REQUESTED
}
