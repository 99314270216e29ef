package io.payroute.notification;

import java.sql.Connection;
import java.sql.SQLException;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.platform.Refusal;
import io.payroute.platform.outbox.RoleDeadLetters;
import io.payroute.platform.sql.Sql;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** Queues a dead notification again when an operator replays its dead letter, to the address as the operator may have edited it. */
@ApplicationScoped
public class ReplayNotification implements RoleDeadLetters.WorkReplay {

    static final String SOURCE = "notification.email";
    private static final String KIND = "SELECT kind FROM notification WHERE dedupe_key = ?";
    private static final String REQUEUE = """
            WITH requeued AS (
              UPDATE notification SET status = 'queued', attempts = 0, unanswered = 0, reason = NULL, address = ?
              WHERE dedupe_key = ? AND status = 'dead' RETURNING id)
            INSERT INTO notification_work (id) SELECT id FROM requeued""";

    @Override
    public String role() {
        return NotificationRole.NAME;
    }

    @Override
    public String source() {
        return SOURCE;
    }

    /** The dead letter's payload, for an operator to read and edit. */
    static byte[] payload(DueNotification due) {
        return new JsonObject().put("id", due.id()).put("to", due.address()).put("subject", due.subject()).toBuffer()
                .getBytes();
    }

    @Override
    public void requeue(Connection connection, String eventId, byte[] payload) throws SQLException {
        String to = new JsonObject(Buffer.buffer(payload)).getString("to", "");
        try {
            for (String kind : Sql.query(connection, KIND, row -> row.getString(1), eventId)) {
                Sql.update(connection, REQUEUE, Rules.address(kind, "to", to), eventId);
            }
        } catch (Refusal e) {
            throw Refusal.invalid("to", "address", e.getMessage() + "; edit the dead letter first.");
        }
    }
}
