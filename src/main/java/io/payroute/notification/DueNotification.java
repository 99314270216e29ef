package io.payroute.notification;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

import io.payroute.platform.LogSubject;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WorkTask;
import io.vertx.core.json.JsonObject;

/**
 * A stored notification whose turn has come.
 *
 * @param attempts with this one, from 1
 * @param unanswered how many of them the server had the whole mail of and did not answer
 * @param reason why the attempt before failed, or null
 */
public record DueNotification(long id, String kind, String dedupeKey, String address, String subject, String template,
        JsonObject fields, int attempts, int unanswered, String reason, Instant createdAt)
        implements
            WorkTask {

    static DueNotification of(ResultSet row) throws SQLException {
        return new DueNotification(row.getLong("id"), row.getString("kind"), row.getString("dedupe_key"),
                row.getString("address"), row.getString("subject"), row.getString("template"),
                new JsonObject(row.getString("fields")), row.getInt("attempts"), row.getInt("unanswered"),
                row.getString("reason"),
                Sql.instant(row, "created_at"));
    }

    /** The same, to be sent in other words; null leaves a word as it is. */
    DueNotification told(String otherTemplate, String otherSubject) {
        return otherTemplate == null && otherSubject == null
                ? this
                : new DueNotification(id, kind, dedupeKey, address, otherSubject == null ? subject : otherSubject,
                        otherTemplate == null ? template : otherTemplate, fields, attempts, unanswered, reason, createdAt);
    }

    @Override
    public String logIds() {
        return LogSubject.id("eventId", dedupeKey) + LogSubject.id("paymentId", fields.getString("paymentId"));
    }

    @Override
    public String traceKey() {
        return dedupeKey;
    }

    @Override
    public String key() {
        return kind;
    }

    /** The text of a message that no template makes: an SMS, or one of a team's own kind. */
    public String text() {
        return fields.getString("body");
    }

    /** The address for a log. */
    public String maskedAddress() {
        return "***" + address.substring(Math.max(0, address.length() - 4));
    }
}
