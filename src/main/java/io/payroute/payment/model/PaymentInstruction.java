package io.payroute.payment.model;

import java.util.UUID;

import io.payroute.money.Money;

/**
 * A payment that somebody requested and that passed all rules. Optional values are null.
 *
 * @param provider the provider that the caller requested; null lets the rules choose
 * @param capture false to authorise only
 */
public record PaymentInstruction(UUID paymentId, String userId, Money money, String method, String email, String description,
        String orderId, String provider, boolean capture) {

    /** The longest method, in characters. */
    public static final int MAX_METHOD = 32;
    /** The longest name of a provider, in characters. */
    public static final int MAX_PROVIDER = 32;
    /** The longest user id and order id, in characters. */
    public static final int MAX_USER_ID = 64;
    public static final int MAX_ORDER_ID = 64;

    /** A payment that is charged at once by the provider that the rules choose. */
    public PaymentInstruction(UUID paymentId, String userId, Money money, String method, String email, String description,
            String orderId) {
        this(paymentId, userId, money, method, email, description, orderId, null, true);
    }

    /** The same payment with what its caller requested beyond a plain charge. */
    public PaymentInstruction with(String askedProvider, boolean atOnce) {
        return new PaymentInstruction(paymentId, userId, money, method, email, description, orderId, askedProvider, atOnce);
    }
}
