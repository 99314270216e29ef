package io.payroute.payment;

/** The queues of the role, by the names of their beans: what is behind {@code work:} in the routes, and what a commit wakes. */
public final class PaymentQueues {

    /** Charges that are due, and questions what became of them. */
    public static final String CHARGES = "payment-charges";
    /** Captures, cancellations and refunds that are due, and questions what became of them. */
    public static final String OPERATIONS = "payment-operations";

    private PaymentQueues() {
    }
}
