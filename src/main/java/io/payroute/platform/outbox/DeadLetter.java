package io.payroute.platform.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

import io.payroute.platform.sql.Sql;

/**
 * A stored dead letter, as an operator sees it.
 *
 * @param replayedAt since when it is closed, by a replay or because somebody discarded it; null while it is open
 * @param discardReason why it was discarded; null when it was not
 */
public record DeadLetter(long id, String source, Integer partition, Long offset, String eventId, String contentType,
        byte[] payload, String routeId, String cause, int attempts, Instant createdAt, Instant replayedAt, int replays,
        String discardReason, String discardedBy) {

    /** In a word: open, replayed or discarded. */
    String state() {
        return replayedAt == null ? "open" : discardReason == null ? "replayed" : "discarded";
    }

    static DeadLetter of(ResultSet row) throws SQLException {
        return new DeadLetter(row.getLong("id"), row.getString("source"), row.getObject("source_partition", Integer.class),
                row.getObject("source_offset", Long.class), row.getString("event_id"), row.getString("content_type"),
                row.getBytes("payload"), row.getString("route_id"), row.getString("cause"), row.getInt("attempts"),
                Sql.instant(row, "created_at"), Sql.instant(row, "replayed_at"), row.getInt("replays"),
                row.getString("discard_reason"), row.getString("discarded_by"));
    }
}
