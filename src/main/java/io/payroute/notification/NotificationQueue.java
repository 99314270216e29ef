package io.payroute.notification;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.TaskResults;
import io.payroute.platform.work.WakeUps;

/**
 * The work table. A claim leases rows: a sender that dies leaves them to be claimed again when the lease has ended. What ended
 * leaves the table, and is recorded with the notification in the same statement. Results of many senders are written in one statement, and a sender that lost its lease changes nothing, except that it
 * may still say that it has sent. What became of a message that tells of a payment is published with it, by the outbox.
 */
class NotificationQueue implements AutoCloseable {

    private static final String CLAIM = """
            WITH due AS MATERIALIZED (
              SELECT id FROM notification_work WHERE due_at <= now() AND (leased_until <= now()) IS NOT FALSE
              ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED),
            claimed AS (
              UPDATE notification_work SET attempts = attempts + 1, leased_until = now() + ? * interval '1 millisecond'
              WHERE id = ANY (ARRAY (SELECT id FROM due)) RETURNING id, attempts, unanswered, reason)
            SELECT n.id, kind, dedupe_key, address, subject, template, fields::text AS fields, c.attempts, c.unanswered, c.reason,
              created_at
            FROM claimed c CROSS JOIN LATERAL (SELECT * FROM notification WHERE id = c.id LIMIT 1) n""";
    private static final Rows<DueNotification> SENDING = new Rows<DueNotification>().int8("id", DueNotification::id).int4(
            "attempts",
            DueNotification::attempts);
    private static final String RENEW = """
            WITH r AS (SELECT * FROM %s)
            UPDATE notification_work w SET leased_until = now() + ? * interval '1 millisecond'
            FROM r WHERE w.id = ANY (ARRAY (SELECT id FROM r)) AND w.id = r.id AND w.attempts = r.attempts RETURNING w.id"""
            .formatted(SENDING.unnest());
    private static final Rows<Result> RESULTS = Outbox.columns(new Rows<Result>().int8("id", Result::id)
            .int4("attempts", Result::attempts).text("status", Result::status).int8("delay_ms", one -> one.delay().toMillis())
            .text("reason", Result::reason).int4("unused", Result::unused).int4("unanswered", Result::unanswered),
            Result::event);
    /** Two results for one notification, of a sender that lost its lease and its successor, are one event. */
    private static final String FINISH = """
            WITH r AS (
              SELECT * FROM %s),
            ended AS (
              DELETE FROM notification_work w USING r
              WHERE w.id = ANY (ARRAY (SELECT id FROM r)) AND w.id = r.id
                AND (r.status = 'sent' OR r.status IN ('dead', 'skipped') AND w.attempts = r.attempts)
              RETURNING r.*, w.attempts AS made, w.unanswered AS silent),
            recorded AS (
              UPDATE notification n SET status = e.status, reason = e.reason, attempts = e.made, unanswered = e.silent,
                sent_at = CASE WHEN e.status = 'sent' THEN now() END
              FROM ended e WHERE n.id = ANY (ARRAY (SELECT id FROM ended)) AND n.id = e.id),
            again AS (
              UPDATE notification_work w SET due_at = now() + r.delay_ms * interval '1 millisecond', leased_until = NULL,
                reason = CASE WHEN r.unused = 0 THEN r.reason ELSE w.reason END, attempts = w.attempts - r.unused,
                unanswered = w.unanswered + r.unanswered
              FROM r WHERE w.id = ANY (ARRAY (SELECT id FROM r WHERE status = 'queued' EXCEPT SELECT id FROM ended))
                AND w.id = r.id AND r.status = 'queued' AND w.attempts = r.attempts
              RETURNING r.*)
            """.formatted(RESULTS.unnest()) + Outbox.INSERT + """
            SELECT shard, ?, message_key, event_id, ?, ?, traceparent, payload
            FROM (SELECT shard, message_key, event_id, traceparent, payload FROM ended
              UNION ALL SELECT shard, message_key, event_id, traceparent, payload FROM again) told
            WHERE payload IS NOT NULL""";

    /**
     * What became of an attempt.
     *
     * @param status {@code sent}, {@code skipped}, {@code dead}, or {@code queued} to be tried again after {@code delay}
     * @param reason masked, or null
     * @param unused 1 when nothing was attempted and the attempt does not count, else 0
     * @param unanswered 1 when the server had the whole message and did not answer, else 0
     * @param event that tells of it, or null
     */
    record Result(long id, int attempts, String status, Duration delay, String reason, int unused, int unanswered,
            EventEnvelope event) {

        static Result ended(DueNotification due, String status, String reason, EventEnvelope event) {
            return new Result(due.id(), due.attempts(), status, Duration.ZERO, reason, 0, 0, event);
        }

        static Result again(DueNotification due, Duration delay, String reason, boolean unanswered, EventEnvelope event) {
            return new Result(due.id(), due.attempts(), "queued", delay, reason, 0, unanswered ? 1 : 0, event);
        }

        /** Given back as it was. */
        static Result unused(DueNotification due) {
            return new Result(due.id(), due.attempts(), "queued", Duration.ZERO, null, 1, 0, null);
        }
    }

    private final DataSource dataSource;
    private final String topic;
    private final TaskResults<Result> results;

    /**
     * @param topic of the events
     * @param stopping once it is true no result waits for the database any more
     */
    NotificationQueue(DataSource dataSource, String topic, BooleanSupplier stopping) {
        this.dataSource = dataSource;
        this.topic = topic;
        this.results = new TaskResults<>(
                new GroupCommit<>("notification-results", 1, 256, 4096, GroupCommit.MOMENT, this::finishAll), stopping);
    }

    List<DueNotification> claim(int limit, Duration lease) throws Exception {
        return Sql.query(dataSource, CLAIM, DueNotification::of, limit, lease.toMillis());
    }

    /** Keeps those whose sending has begun for another lease, but for what another sender has taken. @return those that were kept */
    List<DueNotification> renew(List<DueNotification> sending, Duration lease) throws Exception {
        Set<Long> renewed = Set
                .copyOf(Sql.query(dataSource, RENEW, row -> row.getLong(1), SENDING.of(sending), lease.toMillis()));
        return sending.stream().filter(due -> renewed.contains(due.id())).toList();
    }

    /** @return ends after the commit */
    CompletionStage<Void> finish(Result result) {
        return results.write(result);
    }

    void giveBack(List<DueNotification> tasks) throws Exception {
        finishAll(tasks.stream().map(Result::unused).toList());
    }

    boolean isBlocked() {
        return results.waiting();
    }

    private List<Void> finishAll(List<Result> many) throws Exception {
        Sql.update(dataSource, FINISH, RESULTS.of(many), topic,
                NotificationEvents.UPDATED, EventEnvelope.PROTOBUF);
        many.stream().filter(one -> "queued".equals(one.status()) && !one.delay().isZero())
                .forEach(one -> WakeUps.wake(SendNotifications.QUEUE, one.delay()));
        return Collections.nCopies(many.size(), null);
    }

    @Override
    public void close() {
        results.close();
    }
}
