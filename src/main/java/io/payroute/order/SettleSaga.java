package io.payroute.order;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

import io.payroute.order.model.OrderStatus;
import io.payroute.order.model.SagaStep;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.TaskResults;

/**
 * Writes what came of steps: the next step, the order's state, its transition and its event, many orders in one statement and one
 * commit. A result whose claim is not the current one any more changes nothing.
 */
class SettleSaga implements AutoCloseable {

    /**
     * What came of a step.
     *
     * @param step the next one, or null when nothing is left to do
     * @param delay until it is due
     * @param failed whether the step is tried again because it failed
     * @param failure why, masked; or null
     * @param reason of the new state, or null
     * @param event or null
     */
    record Result(UUID id, long claim, SagaStep step, Duration delay, boolean failed, String failure, OrderStatus from,
            OrderStatus to, String reason, Payment payment, EventEnvelope event) {
    }

    /** What the role payment told of the order's payment; nulls where it did not. */
    record Payment(UUID id, String url, String secret) {
        static final Payment UNKNOWN = new Payment(null, null, null);
    }

    private static final Rows<Result> ROWS = Outbox.columns(new Rows<Result>().uuid("id", Result::id)
            .int8("claim", Result::claim).text("step", one -> one.step() == null ? null : one.step().word())
            .int8("delay_ms", one -> one.delay().toMillis()).bool("failed", Result::failed).text("failure", Result::failure)
            .text("from_status", one -> one.from().name()).text("to_status", one -> one.to().name())
            .text("reason", Result::reason).uuid("payment_id", one -> one.payment().id())
            .text("payment_url", one -> one.payment().url()).text("payment_secret", one -> one.payment().secret())
            .text("topic", one -> one.event() == null ? null : one.event().topic())
            .text("event_type", one -> one.event() == null ? null : one.event().type()), Result::event);
    /**
     * What the customer needs to confirm the payment is kept as it was told last, and no longer than the order waits for it.
     * <p>
     * An order that an event was about, and whose payment no step has asked for since, is looked at once more instead of leaving. The
     * rows are locked before that is decided, in the order in which events lock them: one that comes meanwhile is waited for and seen.
     */
    private static final String SETTLE = """
            WITH r AS MATERIALIZED (
              SELECT t.*, s.woken FROM (SELECT * FROM %s ORDER BY id) t CROSS JOIN LATERAL (
                SELECT woken FROM order_saga WHERE order_id = t.id AND claim = t.claim LIMIT 1 FOR UPDATE) s),
            moved AS (
              UPDATE order_saga s SET step = coalesce(r.step, 'await-payment'), leased_until = NULL,
                claim = nextval('order_claim'), woken = r.woken AND r.step IS NOT NULL,
                due_at = CASE WHEN r.woken AND coalesce(r.step, 'await-payment') = 'await-payment' THEN now()
                  ELSE now() + r.delay_ms * interval '1 millisecond' END,
                failures = CASE WHEN r.failed THEN s.failures + 1 ELSE 0 END, reason = r.failure,
                since = CASE WHEN r.step = s.step THEN s.since ELSE now() END
              FROM r WHERE s.order_id = ANY (ARRAY (SELECT id FROM r)) AND s.order_id = r.id
                AND (r.step IS NOT NULL OR r.woken)
              RETURNING r.*),
            ended AS (
              DELETE FROM order_saga s USING r
              WHERE s.order_id = ANY (ARRAY (SELECT id FROM r)) AND s.order_id = r.id
                AND r.step IS NULL AND NOT r.woken
              RETURNING r.*),
            taken AS (SELECT * FROM moved UNION ALL SELECT * FROM ended),
            changed AS (
              UPDATE orders o SET status = t.to_status, reason = coalesce(t.reason, o.reason),
                payment_id = coalesce(t.payment_id, o.payment_id), updated_at = now(),
                payment_url = CASE WHEN t.to_status <> 'PENDING' THEN NULL WHEN t.payment_id IS NULL THEN o.payment_url
                  ELSE t.payment_url END,
                payment_secret = CASE WHEN t.to_status <> 'PENDING' THEN NULL WHEN t.payment_id IS NULL THEN o.payment_secret
                  ELSE t.payment_secret END
              FROM taken t WHERE o.id = ANY (ARRAY (SELECT id FROM taken)) AND o.id = t.id
                AND (t.from_status <> t.to_status OR t.payment_id IS NOT NULL)),
            told AS (
              INSERT INTO order_transition (order_id, from_status, to_status, reason)
              SELECT id, from_status, to_status, reason FROM taken WHERE from_status <> to_status)
            """.formatted(ROWS.unnest()) + Outbox.INSERT
            + """
            SELECT shard, topic, message_key, event_id, event_type, ?, traceparent, payload FROM taken WHERE payload IS NOT NULL""";

    private final DataSource dataSource;
    private final TaskResults<Result> results;

    /** @param stopping once it is true no result waits for the database any more */
    SettleSaga(DataSource dataSource, BooleanSupplier stopping) {
        this.dataSource = dataSource;
        this.results = new TaskResults<>(new GroupCommit<>("order-settle", 1, 256, 4096, GroupCommit.MOMENT, this::settleAll),
                stopping);
    }

    /** @return ends after the commit */
    CompletionStage<Void> settle(Result result) {
        return results.write(result);
    }

    /** True while a result waits for the database. */
    boolean isBlocked() {
        return results.waiting();
    }

    private List<Void> settleAll(List<Result> many) throws SQLException {
        CrashPoint.reached("order-settle-before-commit");
        Sql.update(dataSource, SETTLE, ROWS.of(many), EventEnvelope.PROTOBUF);
        CrashPoint.reached("order-settle-after-commit");
        return Collections.nCopies(many.size(), null);
    }

    @Override
    public void close() {
        results.close();
    }
}
