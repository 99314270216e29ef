package io.payroute.product;

/** The role's name: of its package, its routes, its database, its flag and its tag. */
public final class ProductRole {

    public static final String NAME = "product";

    private ProductRole() {
    }
}
