package io.payroute.notification;

/** The role's name: of its package, its routes, its database, its flag and its tag. */
public final class NotificationRole {

    public static final String NAME = "notification";

    private NotificationRole() {
    }
}
