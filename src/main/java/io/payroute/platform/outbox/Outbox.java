package io.payroute.platform.outbox;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WakeUps;

/**
 * What a verb needs to write events into its role's outbox in the statement that changes its state. Events with the same key
 * fall into the same shard, and one relay at a time empties a shard, so a key's events are published in the order of their
 * commits.
 */
public final class Outbox {

    /** A row's shard is part of its key in the table: raising this needs an empty outbox. */
    public static final int SHARDS = 4;

    /** To be followed by a SELECT of these columns. */
    public static final String INSERT = "INSERT INTO outbox "
            + "(shard, topic, message_key, event_id, event_type, content_type, payload) ";

    private Outbox() {
    }

    /** The name by which a role's outbox is woken. */
    public static String queue(String role) {
        return role + "-outbox";
    }

    /** To be called after a commit that wrote events: they leave now, and not at the relay's next poll. */
    public static void committed(String role) {
        WakeUps.wake(queue(role));
    }

    public static int shard(byte[] key) {
        return key == null ? 0 : Math.floorMod(Arrays.hashCode(key), SHARDS);
    }

    public static byte[] key(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** Adds one event to the transaction of its cause, off the hot paths. */
    public static void add(Connection connection, EventEnvelope event) throws SQLException {
        Sql.update(connection, INSERT + "VALUES (?, ?, ?, ?, ?, ?, ?)", shard(event.key()), event.topic(), event.key(),
                event.id(), event.type(), event.contentType(), event.payload());
    }

    /** Columns of events as parameters for {@code unnest}, in the order shard, key, id, payload. */
    public static List<Sql.Column> columns(List<EventEnvelope> events) {
        return List.of(Sql.column("int4", events, e -> shard(e.key())), Sql.column("bytea", events, EventEnvelope::key),
                Sql.column("text", events, EventEnvelope::id), Sql.column("bytea", events, EventEnvelope::payload));
    }
}
