package io.payroute.platform.outbox;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.function.Function;

import io.payroute.platform.sql.Rows;
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
            + "(shard, topic, message_key, event_id, event_type, content_type, traceparent, payload) ";

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
        Sql.update(connection, INSERT + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", shard(event.key()), event.topic(),
                event.key(),
                event.id(), event.type(), event.contentType(), event.traceparent(), event.payload());
    }

    /** Adds the columns of each row's event: shard, message_key, event_id, traceparent and payload. @param event null for a row without one */
    public static <T> Rows<T> columns(Rows<T> rows, Function<? super T, EventEnvelope> event) {
        return rows.int4("shard", of(event, one -> shard(one.key()))).bytea("message_key", of(event, EventEnvelope::key))
                .text("event_id", of(event, EventEnvelope::id)).text("traceparent", of(event, EventEnvelope::traceparent))
                .bytea("payload", of(event, EventEnvelope::payload));
    }

    private static <T, R> Function<T, R> of(Function<? super T, EventEnvelope> event, Function<EventEnvelope, R> value) {
        return row -> {
            EventEnvelope one = event.apply(row);
            return one == null ? null : value.apply(one);
        };
    }
}
