package io.payroute.notification;

import java.util.List;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.http.Seen;
import io.payroute.platform.outbox.RoleDeadLetters;
import io.payroute.platform.sql.Sql;

/**
 * Sends a notification because an operator says so: at once what waits, by its dead letter what was given up, and once more what was
 * sent, as the same message: its Message-ID does not change.
 */
@ApplicationScoped
class SendAgain {

    private static final String FIND = """
            SELECT n.status, n.dedupe_key, n.reason, coalesce(w.attempts, n.attempts)
            FROM notification n LEFT JOIN notification_work w ON w.id = n.id WHERE n.id = ? FOR UPDATE OF n""";
    private static final String NOW = """
            UPDATE notification_work SET due_at = now() WHERE id = ? AND (leased_until <= now()) IS NOT FALSE AND due_at > now()""";
    /** Attempts are counted on: what a sender says late, of an attempt before, is about that one. */
    private static final String ONCE_MORE = """
            WITH queued AS (
              UPDATE notification SET status = 'queued', unanswered = 0, reason = NULL, sent_at = NULL
              WHERE id = ? AND status = 'sent' RETURNING id, attempts)
            INSERT INTO notification_work (id, attempts) SELECT id, attempts FROM queued""";
    private static final String LETTER = "SELECT id FROM dead_letter WHERE source = ? AND event_id = ?";

    private record Stored(String status, String key, String reason, int attempts) {
    }

    private final DataSource database;
    private final RoleDeadLetters deadLetters;

    @Inject
    SendAgain(RoleDatabases databases, RoleDeadLetters deadLetters) {
        this(databases.of(NotificationRole.NAME), deadLetters);
    }

    SendAgain(DataSource database, RoleDeadLetters deadLetters) {
        this.database = database;
        this.deadLetters = deadLetters;
    }

    /**
     * @param seen what the page showed, if one did
     * @throws Refusal 404 for an id that there is not, 409 for one that was skipped, or is not as the page showed it
     */
    void send(long id, Seen seen) throws Exception {
        Stored stored = Sql.inTransaction(database, connection -> {
            Stored found = Sql.query(connection, FIND,
                    row -> new Stored(row.getString(1), row.getString(2), row.getString(3), row.getInt(4)), id)
                    .stream().findFirst().orElseThrow(SendAgain::unknown);
            seen.check(found.status, found.attempts);
            switch (found.status) {
                case "queued" -> Sql.update(connection, NOW, id);
                case "sent" -> Sql.update(connection, ONCE_MORE, id);
                case "skipped" -> throw Refusal.conflict("It was skipped and is not sent: " + found.reason + ".");
                default -> {
                }
            }
            return found;
        });
        if (stored.status.equals("dead")) {
            List<Long> letters = Sql.query(database, LETTER, row -> row.getLong(1), ReplayNotification.SOURCE, stored.key);
            if (letters.isEmpty()) {
                throw Refusal.conflict("It was given up, and its dead letter is no longer kept.");
            }
            deadLetters.of(NotificationRole.NAME).replay(letters);
        }
    }

    static Refusal unknown() {
        return Refusal.notFound("There is no notification with this id.");
    }
}
