package io.payroute.payment.webhook;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Where a merchant wants to be notified of payments, as its owner sees it. Its secret is no part of it.
 *
 * @param events the types it wants; null for all
 * @param disabledReason {@code owner}, {@code gone} or {@code failing}; null while it is enabled
 * @param failingSince the first failure since the last success, or null
 * @param previousSecretUntil how long the secret before the current one still signs; null when it does not
 */
record WebhookEndpoint(UUID id, String url, String description, List<String> events, String alertEmail, boolean enabled,
        String disabledReason, Instant disabledAt, Instant failingSince, Instant previousSecretUntil, Instant createdAt,
        Instant updatedAt) {

    static final String COLUMNS = "id, url, description, events, alert_email, status, disabled_reason, disabled_at, "
            + "failing_since, created_at, updated_at, (SELECT max(until) FROM webhook_old_secret o "
            + "WHERE o.endpoint_id = webhook_endpoint.id AND o.until > now()) AS previous_secret_until";

    static WebhookEndpoint of(ResultSet row) throws SQLException {
        Array events = row.getArray("events");
        return new WebhookEndpoint(row.getObject("id", UUID.class), row.getString("url"), row.getString("description"),
                events == null ? null : List.of((String[]) events.getArray()), row.getString("alert_email"),
                row.getString("status").equals("enabled"), row.getString("disabled_reason"), Sql.instant(row, "disabled_at"),
                Sql.instant(row, "failing_since"), Sql.instant(row, "previous_secret_until"), Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }

    JsonObject json() {
        JsonObject json = new JsonObject().put("id", id.toString()).put("url", url)
                .put("description", description == null ? "" : description)
                .put("events", new JsonArray(events == null ? List.copyOf(WebhookType.ALL) : events)).put("enabled", enabled);
        put(json, "alert_email", alertEmail);
        put(json, "disabled_reason", disabledReason);
        put(json, "disabled_at", disabledAt);
        put(json, "failing_since", failingSince);
        put(json, "previous_secret_until", previousSecretUntil);
        return json.put("created_at", createdAt.toString()).put("updated_at", updatedAt.toString());
    }

    private static void put(JsonObject json, String name, Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }
}
