package io.payroute.notification;

import java.util.List;

import javax.sql.DataSource;

import io.vertx.core.json.JsonObject;

/** Notifications in a database. */
final class TestNotifications {

    private TestNotifications() {
    }

    static void store(DataSource dataSource, NewNotification... many) throws Exception {
        StoreNotifications store = new StoreNotifications(dataSource, RecipientLimit.NONE);
        try {
            for (NewNotification one : List.of(many)) {
                store.store(one);
            }
        } finally {
            store.close();
        }
    }

    static NewNotification mail(String key, String address) {
        JsonObject fields = new JsonObject().put("paymentId", "p-" + key).put("status", "completed");
        return new NewNotification(NewNotification.EMAIL, key, "u001", address, "Payment completed", "payment-completed",
                fields, null);
    }

    static NewNotification message(String kind, String key, String address) {
        return new NewNotification(kind, key, "u001", address, null, null,
                new JsonObject().put("body", "Hello").put("paymentId", "p-1"),
                null);
    }
}
