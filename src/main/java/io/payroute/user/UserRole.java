package io.payroute.user;

/** The role's name: of its package, its routes, its database, its flag and its tag. */
public final class UserRole {

    public static final String NAME = "user";

    private UserRole() {
    }
}
