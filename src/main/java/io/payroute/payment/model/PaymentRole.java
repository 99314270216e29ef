package io.payroute.payment.model;

/** The role's name: of its package, its routes, its database, its flag and its tag. */
public final class PaymentRole {

    public static final String NAME = "payment";

    private PaymentRole() {
    }
}
