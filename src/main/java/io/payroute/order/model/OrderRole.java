package io.payroute.order.model;

/** The role's name: of its package, its routes, its database, its flag and its tag. */
public final class OrderRole {

    public static final String NAME = "order";

    private OrderRole() {
    }
}
