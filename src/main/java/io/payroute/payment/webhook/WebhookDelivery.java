package io.payroute.payment.webhook;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** One event for one endpoint, as its owner sees it. */
record WebhookDelivery(UUID id, UUID paymentId, String eventId, String type, String status, Instant dueAt, Instant createdAt) {

    static final String COLUMNS = "id, payment_id, event_id, type, status, due_at, created_at";

    /**
     * One request to a receiver and what came of it.
     *
     * @param statusCode of the answer; null when there was none
     * @param error a word; null when it was taken
     */
    record Attempt(UUID delivery, Instant at, int durationMs, Integer statusCode, String error) {

        static Attempt of(ResultSet row) throws SQLException {
            return new Attempt(row.getObject("delivery_id", UUID.class), Sql.instant(row, "started_at"),
                    row.getInt("duration_ms"), row.getObject("status_code", Integer.class), row.getString("error"));
        }

        JsonObject json() {
            JsonObject json = new JsonObject().put("at", at.toString()).put("duration_ms", durationMs);
            if (statusCode != null) {
                json.put("status_code", statusCode);
            }
            if (error != null) {
                json.put("error", error);
            }
            return json;
        }
    }

    static WebhookDelivery of(ResultSet row) throws SQLException {
        return new WebhookDelivery(row.getObject("id", UUID.class), row.getObject("payment_id", UUID.class),
                row.getString("event_id"), row.getString("type"), row.getString("status"), Sql.instant(row, "due_at"),
                Sql.instant(row, "created_at"));
    }

    JsonObject json(List<Attempt> attempts) {
        JsonObject json = new JsonObject().put("id", id.toString()).put("payment_id", paymentId.toString())
                .put("event_id", eventId).put("type", type).put("status", status).put("created_at", createdAt.toString());
        if (status.equals("pending")) {
            json.put("next_attempt_at", dueAt.toString());
        }
        return json.put("attempts", new JsonArray(attempts.stream().map(Attempt::json).toList()));
    }
}
