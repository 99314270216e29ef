package io.payroute.platform.outbox;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

import javax.sql.DataSource;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jboss.logging.Logger;

import io.payroute.platform.Causes;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.trace.TraceContext;

/**
 * Moves one role's committed events to Kafka: claims the oldest rows of a shard by deleting them, publishes them, waits for
 * all acknowledgements, and commits. A crash before the commit publishes again, with the same event ids; nothing is lost and no
 * key's order changes.
 * <p>
 * A shard is held by a transaction-scoped advisory lock, so several instances share the work and never reorder a key. Never a
 * watermark ({@code id > last}): the order of identities is not the order of commits.
 */
public final class OutboxRelay {

    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final int LOCK_CLASS = 0x0B0C;
    private static final int HELD = -1;
    /** Not {@code EXISTS}: where the queue is taken for empty, that becomes a join, which reads the whole backlog at each look. */
    private static final String SHARDS_WITH_WORK = "SELECT s FROM generate_series(0, " + (Outbox.SHARDS - 1)
            + ") s WHERE (SELECT true FROM outbox o WHERE o.shard = s ORDER BY o.id LIMIT 1)";
    private static final String TRY_LOCK = "SELECT pg_try_advisory_xact_lock(?, ?)";
    /**
     * Not {@code IN (SELECT ... LIMIT)}: a plan may run that again for each row, and it finds other rows every time. The rows are not
     * locked first: whoever has the shard's lock is alone with them, and each lock would be written to the database's log.
     */
    private static final String CLAIM = """
            WITH next AS MATERIALIZED (
              SELECT id FROM outbox WHERE shard = ? ORDER BY id LIMIT ?)
            DELETE FROM outbox o WHERE o.shard = ? AND o.id = ANY (ARRAY (SELECT id FROM next))
            RETURNING o.id, topic, message_key, event_id, event_type, content_type, headers::text, traceparent, payload""";
    private static final String DEAD_LETTER = """
            INSERT INTO dead_letter (source, message_key, event_id, event_type, content_type, payload, route_id, cause, attempts)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (source, event_id) DO UPDATE SET replayed_at = NULL""";

    /** Publishes all events and returns when each is acknowledged. */
    @FunctionalInterface
    public interface Publisher {
        void publish(List<EventEnvelope> events) throws Exception;
    }

    private record Claimed(long id, EventEnvelope event) {
    }

    private final String role;
    private final DataSource dataSource;
    private final Publisher publisher;
    private final int batchSize;
    private final IntSupplier pace;
    private final BooleanSupplier ending;
    private int rounds;

    /**
     * @param pace how many events may leave at each poll, called every time; {@code Integer.MAX_VALUE} for all there are
     * @param ending once it is true no other batch is begun
     */
    public OutboxRelay(String role, DataSource dataSource, Publisher publisher, int batchSize, IntSupplier pace,
            BooleanSupplier ending) {
        this.role = role;
        this.dataSource = dataSource;
        this.publisher = publisher;
        this.batchSize = batchSize;
        this.pace = pace;
        this.ending = ending;
    }

    /**
     * Empties every shard that no other instance holds, or as far as the pace allows.
     *
     * @return true when something may be left that it could not take now
     */
    public synchronized boolean relay() throws Exception {
        int left = pace.getAsInt();
        if (left == 0) {
            return true;
        }
        List<Integer> shards = new ArrayList<>(Sql.query(dataSource, SHARDS_WITH_WORK, row -> row.getInt(1)));
        Collections.rotate(shards, rounds++);
        boolean held = false;
        for (int shard : shards) {
            int limit;
            int moved;
            do {
                limit = ending.getAsBoolean() ? 0 : Math.min(batchSize, left);
                moved = limit == 0 ? 0 : relayShard(shard, limit);
                left -= Math.max(0, moved);
                held |= moved == HELD;
            } while (moved == limit && limit == batchSize);
        }
        return left == 0 || held;
    }

    /** @return how many were moved; {@link #HELD} when another instance has the shard, which may miss what was committed since */
    private int relayShard(int shard, int limit) throws Exception {
        return Sql.inTransaction(dataSource, connection -> {
            boolean mine = Sql.query(connection, TRY_LOCK, row -> row.getBoolean(1), LOCK_CLASS, shard).get(0);
            if (!mine) {
                return HELD;
            }
            List<Claimed> claimed = new ArrayList<>(
                    Sql.query(connection, CLAIM, OutboxRelay::claimed, shard, limit, shard));
            if (!claimed.isEmpty()) {
                claimed.sort(Comparator.comparingLong(Claimed::id));
                CrashPoint.reached("relay-before-send");
                publish(connection, claimed.stream().map(Claimed::event).toList());
                CrashPoint.reached("relay-after-send-before-commit");
            }
            return claimed.size();
        });
    }

    private void publish(Connection connection, List<EventEnvelope> events) throws Exception {
        try {
            publisher.publish(events);
        } catch (Exception e) {
            if (!isAboutTheRecord(e)) {
                throw e;
            }
            if (events.size() == 1) {
                refuse(connection, events.get(0), e);
                return;
            }
            for (EventEnvelope event : events) {
                publish(connection, List.of(event));
            }
        }
    }

    /**
     * Only what can never be sent is put aside. A refused login, a broken producer or an unforeseen failure concerns every event:
     * the relay pauses and keeps them.
     */
    private static boolean isAboutTheRecord(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException || cause instanceof InvalidRecordException
                    || cause instanceof SerializationException) {
                return true;
            }
        }
        return false;
    }

    /** An event that the broker refuses for ever, such as one that is too large, must not hold up its shard. */
    private void refuse(Connection connection, EventEnvelope event, Exception cause) throws SQLException {
        LOG.errorf("event=dead-letter role=%s routeId=%s-outbox topic=%s eventId=%s%s cause=%s", role, role, event.topic(),
                event.id(), TraceContext.logId(TraceContext.parse(event.traceparent())), Causes.brief(cause));
        Sql.update(connection, DEAD_LETTER, event.topic(), event.key(), event.id(), event.type(), event.contentType(),
                event.payload(), role + "-outbox", Causes.brief(cause));
    }

    private static Claimed claimed(ResultSet row) throws SQLException {
        return new Claimed(row.getLong("id"),
                new EventEnvelope(row.getString("topic"), row.getBytes("message_key"), row.getString("event_id"),
                        row.getString("event_type"), row.getString("content_type"), row.getString("headers"),
                        row.getBytes("payload"), row.getString("traceparent")));
    }
}
