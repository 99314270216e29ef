package io.payroute.platform.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import org.jboss.logging.Logger;

import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonObject;

/**
 * Where an operator finds what one role could not process, and from where he replays it.
 * <p>
 * A dead letter is stored in the table first, and in the same statement put into the outbox for {@code <source>.dlq}: no crash
 * separates the two. A replay gives the event back with the id it had, so that it has its effect once, however often it is
 * replayed.
 */
public final class DeadLetters {

    private static final Logger LOG = Logger.getLogger(DeadLetters.class);
    private static final int MAX_LIST = 100;
    private static final Rows<Letter> ROWS = new Rows<Letter>().text("source", Letter::source)
            .int4("source_partition", Letter::partition).int8("source_offset", Letter::offset).bytea("message_key", Letter::key)
            .text("event_id", Letter::eventId).text("event_type", Letter::eventType).text("content_type", Letter::contentType)
            .bytea("payload", Letter::payload).text("route_id", Letter::routeId).text("cause", Letter::cause)
            .int4("attempts", Letter::attempts).int4("replay", Letter::replay).int4("shard", one -> Outbox.shard(one.key()))
            .text("headers", one -> headers(one).encode());
    private static final String STORE = """
            WITH input AS (
              SELECT * FROM %s),
            open AS (
              SELECT i.* FROM input i LEFT JOIN dead_letter d ON d.source = i.source AND d.event_id = i.event_id
              WHERE d.replayed_at IS NULL OR d.replays <= i.replay),
            stored AS (
              INSERT INTO dead_letter AS d (source, source_partition, source_offset, message_key, event_id, event_type,
                  content_type, payload, route_id, cause, attempts)
              SELECT source, source_partition, source_offset, message_key, event_id, event_type, content_type, payload,
                route_id, cause, attempts
              FROM open ORDER BY source, event_id
              ON CONFLICT (source, event_id) DO UPDATE SET cause = excluded.cause, attempts = d.attempts + excluded.attempts,
                  payload = CASE WHEN d.replayed_at IS NULL THEN d.payload ELSE excluded.payload END, route_id = excluded.route_id, replayed_at = NULL,
                  discard_reason = NULL, discarded_by = NULL)
            INSERT INTO outbox (shard, topic, message_key, event_id, event_type, content_type, headers, payload)
            SELECT shard, source || '.dlq', message_key, event_id, event_type, content_type, headers::jsonb, payload
            FROM open""".formatted(ROWS.unnest());
    private static final String COLUMNS = "id, source, source_partition, source_offset, event_id, content_type, payload, "
            + "route_id, cause, attempts, created_at, replayed_at, replays, discard_reason, discarded_by ";
    private static final String LIST = "SELECT " + COLUMNS + "FROM dead_letter WHERE (?::text IS NULL OR source = ?) "
            + "AND (?::boolean OR replayed_at IS NULL) AND id > ? ORDER BY id LIMIT " + MAX_LIST;
    private static final String FIND = "SELECT " + COLUMNS + "FROM dead_letter WHERE id = ?";
    private static final String EDIT = "UPDATE dead_letter SET payload = ?, content_type = ? WHERE id = ?";
    private static final String REPLAY = """
            WITH chosen AS (
              UPDATE dead_letter SET replayed_at = now(), replays = replays + 1, discard_reason = NULL, discarded_by = NULL
              WHERE id = ANY(?) AND source <> ?
              RETURNING *)
            INSERT INTO outbox (shard, topic, message_key, event_id, event_type, content_type, headers, payload)
            SELECT 0, source, message_key, event_id, event_type, content_type,
              jsonb_build_object('%s', replays::text), payload
            FROM chosen ORDER BY id""".formatted(EventEnvelope.REPLAY);
    private static final String REPLAY_WORK = """
            UPDATE dead_letter SET replayed_at = now(), replays = replays + 1, discard_reason = NULL, discarded_by = NULL
            WHERE id = ANY(?) AND source = ?
            RETURNING event_id, payload""";

    private static final String DISCARD = """
            UPDATE dead_letter SET replayed_at = now(), replays = replays + 1, discard_reason = ?, discarded_by = ?
            WHERE id = ANY(?) AND replayed_at IS NULL""";

    /** Puts work that never was a message back into its own queue, in the transaction of the replay. */
    @FunctionalInterface
    public interface Requeue {
        void requeue(Connection connection, String eventId, byte[] payload) throws Exception;
    }

    /**
     * What could not be handled.
     *
     * @param source the topic, or for work that is not a message its kind, such as {@code notification.email}
     * @param partition where it was read, or null
     * @param offset where it was read, or null
     * @param replay which replay of its letter this was, 0 for none: where a topic is read once more, only what failed after the last
     *     replay opens its letter again
     * @param ids what it is about, for the log
     */
    public record Letter(String source, Integer partition, Long offset, byte[] key, String eventId, String eventType,
            String contentType, byte[] payload, String routeId, String cause, int attempts, int replay, String ids) {

        /** For work, which is not read from a topic. */
        public Letter(String source, byte[] key, String eventId, String eventType, String contentType, byte[] payload,
                String routeId, String cause, int attempts) {
            this(source, null, null, key, eventId, eventType, contentType, payload, routeId, cause, attempts,
                    Integer.MAX_VALUE, "");
        }
    }

    private final String role;
    private final DataSource dataSource;
    private final String workSource;
    private final Requeue requeue;

    public DeadLetters(String role, DataSource dataSource) {
        this(role, dataSource, "", null);
    }

    /** @param workSource the one source that is not a topic; its letters are replayed by {@code requeue} */
    public DeadLetters(String role, DataSource dataSource, String workSource, Requeue requeue) {
        this.role = role;
        this.dataSource = dataSource;
        this.workSource = workSource;
        this.requeue = requeue;
    }

    public void store(Letter letter) throws SQLException {
        store(List.of(letter));
    }

    /**
     * Stores letters in one statement; of an event that has a letter, its new cause. A letter that was replayed since is not opened
     * again by a record that is older than the replay, and one that is open keeps the payload that an operator may have edited.
     */
    public void store(Collection<Letter> letters) throws SQLException {
        Map<List<String>, Letter> byEvent = new LinkedHashMap<>();
        letters.forEach(one -> byEvent.merge(List.of(one.source(), one.eventId()), one, (first, again) -> again));
        List<Letter> rows = List.copyOf(byEvent.values());
        Sql.update(dataSource, STORE, ROWS.of(rows));
        Outbox.committed(role);
        rows.forEach(letter -> LOG.warnf("event=dead-letter role=%s routeId=%s topic=%s eventId=%s%s attempt=%d cause=%s", role,
                letter.routeId(), letter.source(), letter.eventId(), letter.ids(), letter.attempts(), letter.cause()));
    }

    private static JsonObject headers(Letter letter) {
        JsonObject headers = new JsonObject().put("payroute-cause", letter.cause()).put("payroute-route", letter.routeId())
                .put("payroute-attempts", Integer.toString(letter.attempts())).put("payroute-original-topic", letter.source());
        if (letter.partition() != null) {
            headers.put("payroute-original-partition", letter.partition().toString())
                    .put("payroute-original-offset", String.valueOf(letter.offset()));
        }
        return headers;
    }

    /** @param after the last id of the page before, 0 for the first */
    public List<DeadLetter> list(String source, boolean withReplayed, long after) throws SQLException {
        return Sql.query(dataSource, LIST, DeadLetter::of, source, source, withReplayed, after);
    }

    /** How many nobody has closed. */
    public long open() throws SQLException {
        return Sql.query(dataSource, "SELECT count(*) FROM dead_letter WHERE replayed_at IS NULL", row -> row.getLong(1))
                .get(0);
    }

    /** @return null when there is none with this id */
    public DeadLetter find(long id) throws SQLException {
        return Sql.query(dataSource, FIND, DeadLetter::of, id).stream().findFirst().orElse(null);
    }

    /** Replaces a letter's payload, so that the replay succeeds. @return false when there is none with this id */
    public boolean edit(long id, String contentType, byte[] payload) throws SQLException {
        return Sql.update(dataSource, EDIT, payload, contentType, id) == 1;
    }

    /**
     * Publishes letters to the topic they came from, oldest first, under their event ids; work goes back to its queue.
     *
     * @return how many
     */
    public int replay(List<Long> ids) throws Exception {
        Sql.Column chosen = Sql.column("int8", ids, id -> id);
        int replayed = Sql.inTransaction(dataSource, connection -> {
            int messages = Sql.update(connection, REPLAY, chosen, workSource);
            List<Work> works = Sql.query(connection, REPLAY_WORK, row -> new Work(row.getString(1), row.getBytes(2)), chosen,
                    workSource);
            for (Work work : works) {
                requeue.requeue(connection, work.eventId(), work.payload());
            }
            return messages + works.size();
        });
        Outbox.committed(role);
        return replayed;
    }

    /**
     * Closes letters that shall have no effect, for good: what was read before does not open them again. They stay in the list of
     * the closed ones for as long as those are kept, and can still be replayed.
     *
     * @return how many were open
     */
    public int discard(List<Long> ids, String reason, String caller) throws SQLException {
        return Sql.update(dataSource, DISCARD, reason, caller, Sql.column("int8", ids, id -> id));
    }

    private record Work(String eventId, byte[] payload) {
    }
}
