package io.payroute.payment.accept;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.platform.kafka.Poison;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.trace.TracedBatch;

/**
 * Makes charges due for submitted payments: the work row, and the payment itself when it came from outside, in one statement for a
 * whole batch. An event delivered twice is due once: a payment is pending until its work row is claimed, and has one row. The lock
 * waits for whoever claims or cancels the payment at this moment, and checks again; what has its row is not locked, as whoever
 * claims it locks the row first.
 */
@ApplicationScoped
@Named("recordPayments")
public class RecordPayments {

    private static final Rows<Row> ROWS = new Rows<Row>().uuid("id", row -> row.instruction().paymentId())
            .text("user_id", row -> row.instruction().userId())
            .int8("amount_minor", row -> row.instruction().money().minor())
            .text("currency", row -> row.instruction().money().currency()).text("method", row -> row.instruction().method())
            .text("email", row -> row.instruction().email()).text("description", row -> row.instruction().description())
            .text("order_id", row -> row.instruction().orderId()).text("provider", row -> row.choice().provider())
            .text("provider_rule", row -> row.choice().rule()).bool("capture", row -> row.instruction().capture());
    private static final String RECORD = """
            WITH input AS (
              SELECT * FROM %s),
            due AS MATERIALIZED (SELECT payment_id FROM charge_work WHERE payment_id = ANY (ARRAY (SELECT id FROM input))),
            told AS MATERIALIZED (
              SELECT * FROM input WHERE (id IN (SELECT payment_id FROM due)) IS NOT TRUE ORDER BY id),
            known AS (
              SELECT p.id, p.provider FROM told t CROSS JOIN LATERAL (
                SELECT id, provider FROM payment WHERE id = t.id AND status = 'pending' FOR SHARE) p),
            outside AS (
              INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, provider_rule, email, description,
                order_id, capture, requested_by)
              SELECT t.id, t.user_id, t.amount_minor, t.currency, t.method, t.provider, t.provider_rule, t.email,
                t.description, t.order_id, t.capture, 'kafka'
              FROM told t WHERE NOT EXISTS (SELECT 1 FROM payment p WHERE p.id = t.id)
              ON CONFLICT (id) DO NOTHING RETURNING id, provider)
            INSERT INTO charge_work (payment_id, provider, due_at)
            SELECT id, provider, now() FROM known UNION ALL SELECT id, provider, now() FROM outside
            ON CONFLICT (payment_id) DO NOTHING""".formatted(ROWS.unnest());

    /**
     * A decoded message of payment-topic.
     *
     * @param record as it came, for its dead letter
     */
    public record Submitted(PaymentInstruction instruction, KafkaRecord record) {

        /** What makes a second delivery harmless. */
        public String eventId() {
            return record.eventId();
        }
    }

    private record Row(Submitted submitted, ProviderRules.Choice choice) {

        PaymentInstruction instruction() {
            return submitted.instruction();
        }
    }

    private final DataSource dataSource;
    private final ProviderRules rules;

    RecordPayments(RoleDatabases databases, ProviderRules rules) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.rules = rules;
    }

    /** Stores the batch. A record that the database refuses for ever is a dead letter; it holds up no other. */
    public void record(List<Submitted> batch) throws SQLException {
        Map<String, Submitted> byEvent = new LinkedHashMap<>();
        batch.forEach(one -> byEvent.putIfAbsent(one.eventId(), one));
        if (!byEvent.isEmpty()) {
            CrashPoint.reached("record-before-commit");
            Poison.sort(List.copyOf(byEvent.values()), this::insert,
                    (one, cause) -> one.record().refuse("payment-record", cause));
            CrashPoint.reached("record-after-commit-before-offset");
        }
    }

    private void insert(List<Submitted> rows) throws SQLException {
        try (TracedBatch<Submitted> traced = TracedBatch.begin("record-payments", rows, one -> one.record().trace())) {
            traced.about(one -> one.record().logIds()).keep(PaymentRole.NAME, one -> one.instruction().paymentId().toString());
            Sql.update(dataSource, RECORD,
                    ROWS.of(rows.stream().map(one -> new Row(one, rules.choose(one.instruction()))).toList()));
        }
    }
}
