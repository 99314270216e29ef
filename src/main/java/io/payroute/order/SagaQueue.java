package io.payroute.order;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import io.payroute.order.model.OrderRole;
import io.payroute.order.model.SagaStep;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.WorkQueue;

/** Orders whose next step is due. A process that dies in the middle of one leaves it to be taken again when its lease ends. */
@ApplicationScoped
@Named(SagaQueue.QUEUE)
public class SagaQueue implements WorkQueue<SagaTask> {

    public static final String QUEUE = "order-sagas";

    /**
     * The steps that ask where the payment stands come after every event until now; behind another one there is still to ask. The
     * order is locked because only so it is read as it is, together with its step, and not as it was when the statement began. One
     * that a cancellation has locked is left to it.
     */
    private static final String CLAIM = """
            WITH due AS MATERIALIZED (
              SELECT order_id FROM order_saga WHERE due_at <= now() AND (leased_until <= now()) IS NOT FALSE
                AND NOT step = ANY (?)
              ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED),
            claimed AS (
              UPDATE order_saga SET claim = nextval('order_claim'), woken = woken AND step NOT IN ('await-payment', 'reverse'),
                leased_until = now() + ? * interval '1 millisecond'
              WHERE order_id = ANY (ARRAY (SELECT order_id FROM due)) RETURNING *)
            SELECT o.*, i.items, c.step, c.claim, c.failures, c.since, now() AS claimed_at
            FROM claimed c CROSS JOIN LATERAL (
              SELECT * FROM orders WHERE id = c.order_id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) o
            """ + FindOrders.ITEMS;
    private static final Rows<SagaTask> TASKS = new Rows<SagaTask>().uuid("id", task -> task.order().id()).int8("claim",
            SagaTask::claim);
    private static final String GIVE_BACK = """
            WITH t AS (SELECT * FROM %s)
            UPDATE order_saga s SET leased_until = NULL FROM t
            WHERE s.order_id = ANY (ARRAY (SELECT id FROM t)) AND s.order_id = t.id AND s.claim = t.claim"""
            .formatted(TASKS.unnest());

    private final DataSource dataSource;

    @Inject
    SagaQueue(RoleDatabases databases) {
        this.dataSource = databases.of(OrderRole.NAME);
    }

    @Override
    public String role() {
        return OrderRole.NAME;
    }

    @Override
    public Backlog due() {
        return new Backlog("order_saga WHERE due_at <= now()", "due_at");
    }

    @Override
    public List<SagaTask> claim(Claim claim) throws SQLException {
        List<SagaTask> claimed = Sql.query(dataSource, CLAIM, SagaQueue::task,
                Sql.column("text", claim.full(), step -> step), claim.limit(), claim.lease().toMillis());
        if (!claimed.isEmpty()) {
            CrashPoint.reached("order-claimed");
        }
        return claimed;
    }

    @Override
    public void giveBack(List<SagaTask> tasks) throws SQLException {
        Sql.update(dataSource, GIVE_BACK, TASKS.of(tasks));
    }

    static SagaTask task(ResultSet row) throws SQLException {
        Instant claimed = Sql.instant(row, "claimed_at");
        return new SagaTask(FindOrders.order(row), SagaStep.ofWord(row.getString("step")), row.getLong("claim"),
                row.getInt("failures"), Duration.between(Sql.instant(row, "since"), claimed), claimed);
    }
}
