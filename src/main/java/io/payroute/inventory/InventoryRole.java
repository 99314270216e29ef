package io.payroute.inventory;

/** The role's name: of its package, its routes, its database, its flag and its tag. */
public final class InventoryRole {

    public static final String NAME = "inventory";

    private InventoryRole() {
    }
}
