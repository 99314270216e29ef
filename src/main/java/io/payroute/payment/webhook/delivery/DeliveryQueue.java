package io.payroute.payment.webhook.delivery;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.jboss.logging.Logger;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.webhook.WebhookEndpoints;
import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.TaskResults;
import io.payroute.platform.work.WakeUps;
import io.payroute.platform.work.WorkQueue;

/**
 * The deliveries that are due. One endpoint has only so many on their way: one that answers slowly delays nobody else.
 * <p>
 * A delivery is claimed before and recorded after it is sent, and never lost between. A claim leases it by moving {@code due_at} into
 * the future: a process that dies leaves it to be sent again when the lease has ended, with the same {@code webhook-id}. A worker that
 * lost its lease changes nothing, except that it may still say that it has delivered.
 */
@ApplicationScoped
@Named(PaymentQueues.WEBHOOKS)
public class DeliveryQueue implements WorkQueue<DueDelivery> {

    private static final Logger LOG = Logger.getLogger(DeliveryQueue.class);
    private static final Rows<Map.Entry<String, Integer>> BUSY = new Rows<Map.Entry<String, Integer>>()
            .uuid("id", held -> UUID.fromString(held.getKey())).int4("busy", Map.Entry::getValue);
    /** So many of each endpoint as it has permits left: what waits for a slow one takes no permit from the others. */
    private static final String CLAIM = """
            WITH endpoints AS MATERIALIZED (
              SELECT e.id, greatest(0, ? - coalesce(t.busy, 0)) AS permits
              FROM webhook_endpoint e LEFT JOIN %s USING (id)
              WHERE e.status = 'enabled'),
            due AS MATERIALIZED (
              SELECT d.id FROM endpoints e CROSS JOIN LATERAL (
                SELECT w.id, w.due_at FROM webhook_delivery w
                WHERE w.endpoint_id = e.id AND w.status = 'pending' AND w.due_at <= now()
                ORDER BY w.due_at LIMIT e.permits FOR UPDATE SKIP LOCKED) d
              ORDER BY d.due_at LIMIT ?)
            UPDATE webhook_delivery d SET claims = d.claims + 1, claimed_at = now(), due_at = now() + make_interval(secs => ?)
            FROM due, webhook_endpoint e WHERE d.id = due.id AND e.id = d.endpoint_id AND e.status = 'enabled'
            RETURNING d.id, d.endpoint_id, d.payment_id, d.event_id, e.url, d.payload, d.claims, d.claimed_at, d.step, e.secret,
              ARRAY(SELECT o.secret FROM webhook_old_secret o WHERE o.endpoint_id = e.id AND o.until > now() ORDER BY o.until DESC)
                AS old_secrets""".formatted(BUSY.unnest());
    private static final Rows<DeliveryResult> RESULTS = new Rows<DeliveryResult>().uuid("id", DeliveryResult::delivery)
            .int4("claim", DeliveryResult::claim).text("outcome", one -> one.outcome().name().toLowerCase(Locale.ROOT))
            .int8("delay_ms", one -> one.delay().toMillis()).timestamptz("started_at", DeliveryResult::startedAt)
            .int4("duration_ms", one -> (int) one.took().toMillis()).int4("status_code", DeliveryResult::statusCode)
            .text("error", DeliveryResult::error);
    private static final String FINISH = """
            WITH results AS (
              SELECT * FROM %s),
            tried AS (
              INSERT INTO webhook_attempt (delivery_id, started_at, duration_ms, status_code, error)
              SELECT id, started_at, duration_ms, status_code, error FROM results WHERE outcome <> 'released'),
            moved AS (
              UPDATE webhook_delivery d SET claimed_at = NULL, due_at = now() + r.delay_ms * interval '1 millisecond',
                status = CASE WHEN r.outcome = 'delivered' THEN 'delivered' WHEN r.outcome IN ('again', 'released')
                  THEN 'pending' ELSE 'failed' END,
                step = d.step + (r.outcome <> 'released')::int, attempts = d.attempts + (r.outcome <> 'released')::int,
                last_attempt_at = CASE WHEN r.outcome <> 'released' THEN r.started_at ELSE d.last_attempt_at END
              FROM results r WHERE d.id = r.id
                AND (r.outcome = 'delivered' AND d.status <> 'delivered' OR d.status = 'pending' AND d.claims = r.claim)
              RETURNING d.endpoint_id, r.outcome),
            health AS (
              SELECT endpoint_id, bool_or(outcome = 'delivered') AS ok, bool_or(outcome = 'gone') AS gone,
                bool_or(outcome = 'failed') AS exhausted
              FROM moved WHERE outcome <> 'released' GROUP BY endpoint_id),
            judged AS (
              SELECT e.id, h.ok, CASE WHEN e.status <> 'enabled' THEN NULL WHEN h.gone THEN 'gone'
                WHEN h.exhausted AND NOT h.ok AND e.failing_since <= now() - make_interval(secs => ?) THEN 'failing'
                END AS verdict
              FROM health h JOIN webhook_endpoint e ON e.id = h.endpoint_id
              WHERE h.gone OR NOT h.ok OR e.failing_since IS NOT NULL)
            UPDATE webhook_endpoint e SET
              failing_since = CASE WHEN j.ok THEN NULL ELSE coalesce(e.failing_since, now()) END,
              status = CASE WHEN j.verdict IS NULL THEN e.status ELSE 'disabled' END,
              disabled_reason = coalesce(j.verdict, e.disabled_reason),
              disabled_at = CASE WHEN j.verdict IS NULL THEN e.disabled_at ELSE now() END,
              alert_due_at = CASE WHEN j.verdict IS NULL THEN e.alert_due_at ELSE now() END
            FROM judged j WHERE e.id = j.id AND e.status <> 'deleted' AND (j.verdict IS NULL OR e.status = 'enabled')
            RETURNING e.id, j.verdict""".formatted(RESULTS.unnest());

    private record Judged(UUID endpoint, String verdict) {
    }

    private final DataSource dataSource;
    private final Duration disableAfter;
    private final TaskResults<DeliveryResult> results;

    @Inject
    DeliveryQueue(CamelContext camel, RoleDatabases databases, WebhookSettings settings) {
        this(databases.of(PaymentRole.NAME), settings.disableAfter(), () -> !camel.isRunAllowed());
    }

    DeliveryQueue(DataSource dataSource, Duration disableAfter, BooleanSupplier stopping) {
        this.dataSource = dataSource;
        this.disableAfter = disableAfter;
        this.results = new TaskResults<>(new GroupCommit<>("webhook-results", 1, 256, 4096, this::finishAll), stopping);
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public Backlog due() {
        return new Backlog("webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id "
                + "WHERE d.status = 'pending' AND d.due_at <= now() AND e.status = 'enabled'", "d.due_at");
    }

    @Override
    public List<DueDelivery> claim(Claim claim) throws SQLException {
        List<Map.Entry<String, Integer>> held = new ArrayList<>(claim.held().entrySet());
        long before = System.nanoTime();
        return Sql.query(dataSource, CLAIM, row -> DueDelivery.of(row, before), claim.perKey(),
                BUSY.of(held), claim.limit(),
                claim.leaseSeconds());
    }

    @Override
    public void giveBack(List<DueDelivery> tasks) throws Exception {
        finishAll(tasks.stream().map(DeliveryResult::released).toList());
    }

    /** What is sent while results wait for the database would be sent again, once its lease has ended. */
    @Override
    public boolean isBlocked() {
        return results.waiting();
    }

    /** @return ends after the commit */
    CompletionStage<Void> finish(DeliveryResult result) {
        return results.write(result);
    }

    private List<Void> finishAll(List<DeliveryResult> many) throws Exception {
        List<Judged> disabled = Sql.inTransaction(dataSource, connection -> {
            List<Judged> off = Sql.query(connection, FINISH, row -> new Judged(row.getObject(1, UUID.class), row.getString(2)),
                    RESULTS.of(many),
                    (double) disableAfter.toSeconds()).stream().filter(one -> one.verdict() != null).toList();
            if (!off.isEmpty()) {
                Sql.update(connection, WebhookEndpoints.DISCARD, Sql.column("uuid", off, Judged::endpoint));
            }
            return off;
        });
        disabled.forEach(one -> LOG.warnf("event=webhook-endpoint-disabled role=payment endpointId=%s reason=%s",
                one.endpoint(), one.verdict()));
        many.stream().filter(one -> one.outcome() == DeliveryResult.Outcome.AGAIN)
                .forEach(one -> WakeUps.wake(PaymentQueues.WEBHOOKS, one.delay()));
        return Collections.nCopies(many.size(), null);
    }

    @PreDestroy
    void close() {
        results.close();
    }
}
