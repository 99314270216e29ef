package io.payroute.payment.charge;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.PaymentEvents;
import io.payroute.payment.PaymentMeters;
import io.payroute.payment.PaymentOutcomes;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderMeters;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Continuations;
import io.payroute.platform.work.WakeUps;

/**
 * Writes what came of a provider call: the call, the payment's state, the work row and the event, in one statement for all
 * calls that end at about the same time.
 * <p>
 * The state changes by compare-and-set from the state that the claim saw; a settlement that comes too late changes nothing but
 * the record of calls, and leaves the work row, so that the payment is due again. A change of provider compares the work
 * row and the payment, and changes both or none. Money that moved for a payment which had ended without is a
 * {@code provider.conflict}: nothing corrects it by itself. What the provider says that it took is booked, and the difference told.
 */
@ApplicationScoped
public class SettleCharge {

    private static final Rows<Settlement> ROWS = Outbox.columns(new Rows<Settlement>().uuid("id", s -> s.task().id())
            .text("previous", s -> s.task().status().word())
            .text("next", s -> s.decision().next() == null ? null : s.decision().next().word())
            .text("reason", s -> s.decision().reason()).text("reference", s -> reference(s.outcome()))
            .int8("delay_ms", s -> s.decision().delay() == null ? null : s.decision().delay().toMillis())
            .bool("retry", s -> s.decision().chargeAgain()).int4("attempts", s -> s.task().attempts())
            .int4("queries", s -> s.task().queries()).text("provider", s -> s.task().provider())
            .text("operation", s -> s.task().call().operation()).text("outcome", s -> s.outcome().word())
            .text("detail", s -> s.outcome().detail()).timestamptz("started_at", s -> s.task().startedAt())
            .text("other", s -> s.decision().provider()).int8("told", Settlement::told)
            .text("action_url", s -> action(s.outcome()).url()).text("action_secret", s -> action(s.outcome()).clientSecret()),
            Settlement::event);
    private static final ProviderOutcome.Action NONE = new ProviderOutcome.Action(null, null);
    /**
     * charge_work is empty again and again, and once it was analyzed so, a join may compare each of its rows with each of a batch:
     * whatever the statistics say, {@code ANY (ARRAY (...))} goes by the index.
     */
    private static final String SETTLE = """
            WITH input AS (
              SELECT * FROM %s),
            changed AS (
              UPDATE payment p SET status = i.next, reason = i.reason, updated_at = now(),
                provider_reference = coalesce(i.reference, p.provider_reference),
                processed_at = CASE WHEN i.next IN ('completed', 'failed') THEN now() ELSE p.processed_at END,
                captured_minor = CASE WHEN i.next = 'completed' THEN least(i.told, p.amount_minor) ELSE p.captured_minor END
              FROM input i WHERE p.id = i.id AND i.next IS NOT NULL AND p.status = i.previous
              RETURNING i.*, p.amount_minor),
            differed AS (
              INSERT INTO payment_event (payment_id, type, detail)
              SELECT id, CASE WHEN told > amount_minor THEN 'provider.conflict' ELSE 'operation.differs' END, jsonb_build_object(
                'provider', provider, 'operation', 'charge', 'asked_minor', amount_minor, 'amount_minor', told)
              FROM changed WHERE next = 'completed' AND told <> amount_minor),
            named AS (
              UPDATE payment p SET provider_reference = i.reference
              FROM input i WHERE p.id = i.id AND i.next IS NULL AND i.reference <> coalesce(p.provider_reference, '')),
            asked AS (
              INSERT INTO payment_action (payment_id, provider, url, client_secret)
              SELECT id, provider, action_url, action_secret FROM input WHERE action_url IS NOT NULL OR action_secret IS NOT NULL
              ON CONFLICT (payment_id) DO UPDATE SET provider = excluded.provider, url = excluded.url,
                client_secret = excluded.client_secret),
            done AS (
              DELETE FROM charge_work WHERE payment_id = ANY (ARRAY (SELECT id FROM changed WHERE delay_ms IS NULL))),
            unchanged AS (
              SELECT i.* FROM payment p JOIN input i ON i.id = p.id
              WHERE i.other IS NOT NULL AND p.status = i.previous FOR UPDATE OF p),
            held AS (
              SELECT u.* FROM charge_work w JOIN unchanged u ON u.id = w.payment_id
              WHERE w.payment_id = ANY (ARRAY (SELECT id FROM unchanged)) AND w.provider = u.provider
                AND w.attempts = u.attempts AND w.queries = u.queries FOR UPDATE OF w),
            switched AS (
              UPDATE payment p SET provider = h.other, provider_reference = NULL, updated_at = now()
              FROM held h WHERE p.id = h.id RETURNING h.*),
            switch_told AS (
              INSERT INTO payment_event (payment_id, type, detail)
              SELECT id, '%s', jsonb_build_object('from', provider, 'to', other, 'reason', reason) FROM switched),
            later AS (
              UPDATE charge_work w SET due_at = now() + i.delay_ms * interval '1 millisecond',
                not_before = now() + i.delay_ms * interval '1 millisecond',
                sent_at = CASE WHEN i.retry THEN NULL ELSE w.sent_at END,
                provider = coalesce(i.other, w.provider)
              FROM input i WHERE w.payment_id = ANY (ARRAY (SELECT id FROM input WHERE delay_ms IS NOT NULL))
              AND w.payment_id = i.id AND i.delay_ms IS NOT NULL
              AND w.attempts = i.attempts AND w.queries = i.queries
              AND (i.other IS NULL OR i.id IN (SELECT id FROM switched))),
            contradicted AS (
              INSERT INTO payment_event (payment_id, type, detail)
              SELECT i.id, 'provider.conflict', jsonb_build_object('provider', i.provider, 'operation', i.operation,
                'outcome', i.outcome, 'status', p.status)
              FROM input i CROSS JOIN LATERAL (SELECT status FROM payment WHERE id = i.id LIMIT 1) p
              WHERE i.outcome IN ('completed', 'authorized') AND p.status IN ('review', 'failed', 'cancelled')),
            called AS (
              INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, ended_at)
              SELECT id, provider, operation, CASE operation WHEN 'status' THEN queries ELSE attempts END, outcome, detail,
                started_at, clock_timestamp() FROM input)
            """.formatted(ROWS.unnest(), ChargeDecision.FAILOVER) + Outbox.INSERT + """
            SELECT shard, ?, message_key, event_id, ?, ?, traceparent, payload FROM changed""";

    /** @param told minor units that moved, as the provider says; null where none did */
    private record Settlement(ChargeTask task, ProviderOutcome outcome, ChargeDecision decision, EventEnvelope event,
            Long told) {
    }

    private final DataSource dataSource;
    private final ChargeRules rules;
    private final ProviderBreakers breakers;
    private final PaymentOutcomes outcomes;
    private final ProviderMeters meters;
    private final String topic;
    private final Duration timeout;
    private final GroupCommit<Settlement, Boolean> commits;

    SettleCharge(RoleDatabases databases, ChargeRules rules, ProviderBreakers breakers, ProviderMeters meters,
            PaymentOutcomes outcomes,
            @ConfigProperty(name = "topic.payment-status-updated") String topic,
            @ConfigProperty(name = "payment.charge.claim-size") int batchSize,
            @ConfigProperty(name = "payment.charge.max-in-flight") int maxInFlight,
            @ConfigProperty(name = "payment.charge.lease") Duration lease) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.rules = rules;
        this.breakers = breakers;
        this.outcomes = outcomes;
        this.meters = meters;
        this.topic = topic;
        this.timeout = lease;
        this.commits = new GroupCommit<>("payment-settle", 1, batchSize, 2 * maxInFlight, GroupCommit.MOMENT, this::write);
    }

    /** @return ends after the commit, on a thread that the steps behind it may hold up; nobody waits for it on one */
    public CompletionStage<Boolean> settle(ChargeTask task, ProviderOutcome outcome) {
        CrashPoint.reached("charge-after-provider-before-settle");
        breakers.record(task.payment().provider(), task.statusQuery(), outcome);
        ChargeDecision decision = rules.decide(task, outcome);
        Payment payment = task.payment();
        Long told = outcome instanceof ProviderOutcome.Completed done ? done.moved(payment.money()) : null;
        long captured = told == null ? payment.captured() : Math.min(told, payment.money().minor());
        EventEnvelope event = decision.next() == null
                ? null
                : PaymentEvents.statusUpdated(topic, payment, task.status(), decision.next(), decision.reason(), Instant.now(),
                        captured, payment.refunded());
        return commits.submit(new Settlement(task, outcome, decision, event, told), timeout)
                .whenCompleteAsync((settled, failure) -> {
                    if (failure == null && decision.provider() != null) {
                        meters.failedOver(outcome.word(), 1);
                    }
                }, Continuations.EXECUTOR);
    }

    /** One statement changes a payment once: the second of two answers that came together goes into a statement of its own. */
    private List<Boolean> write(List<Settlement> rows) throws SQLException {
        List<Settlement> left = rows;
        while (!left.isEmpty()) {
            Map<UUID, Settlement> first = new LinkedHashMap<>();
            List<Settlement> later = new ArrayList<>();
            for (Settlement row : left) {
                if (first.putIfAbsent(row.task().payment().id(), row) != null) {
                    later.add(row);
                }
            }
            store(List.copyOf(first.values()));
            left = later;
        }
        return Collections.nCopies(rows.size(), Boolean.TRUE);
    }

    private void store(List<Settlement> rows) throws SQLException {
        Sql.update(dataSource, SETTLE, ROWS.of(rows), topic, PaymentEvents.STATUS_UPDATED, EventEnvelope.PROTOBUF);
        CrashPoint.reached("settle-after-commit");
        rows.stream().map(row -> row.decision().delay()).filter(Objects::nonNull)
                .forEach(delay -> WakeUps.wake(PaymentQueues.CHARGES, delay));
        rows.stream().filter(row -> row.decision().next() != null)
                .forEach(row -> PaymentMeters.moved(row.task().payment(), row.decision().next()));
        outcomes.changed(rows.stream().map(row -> row.task().payment().id()).toList());
    }

    /** Once a provider has told its reference, status queries and events are matched by it. */
    private static String reference(ProviderOutcome outcome) {
        return outcome instanceof ProviderOutcome.Completed || outcome instanceof ProviderOutcome.Authorized
                || outcome instanceof ProviderOutcome.Pending ? outcome.detail() : null;
    }

    private static ProviderOutcome.Action action(ProviderOutcome outcome) {
        return outcome instanceof ProviderOutcome.Pending pending && pending.action() != null ? pending.action() : NONE;
    }

    /** Answers that wait to be written. */
    int depth() {
        return commits.depth();
    }

    @PreDestroy
    void close() {
        commits.close();
    }
}
