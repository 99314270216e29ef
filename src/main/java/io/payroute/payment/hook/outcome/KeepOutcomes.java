package io.payroute.payment.hook.outcome;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;

import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.webhook.delivery.RecordWebhooks;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.trace.Traces;

/**
 * Keeps outcomes for the team's hook {@code payment-after-outcome}, where there is one: inbox and one task for each event, in one
 * statement for a whole batch. An event that is read twice is kept once. Without a hook nothing is written.
 */
@ApplicationScoped
@Named("keepOutcomes")
public class KeepOutcomes {

    private static final Rows<RecordWebhooks.Event> ROWS = new Rows<RecordWebhooks.Event>()
            .text("event_id", one -> one.record().eventId()).uuid("payment_id", RecordWebhooks.Event::paymentId)
            .bytea("event", one -> one.record().value());
    private static final String RECORD = """
            WITH told AS (
              SELECT * FROM %s),
            fresh AS (
              INSERT INTO inbox (consumer, event_id) SELECT 'after-outcome', event_id FROM told ORDER BY event_id
              ON CONFLICT DO NOTHING RETURNING event_id)
            INSERT INTO outcome_hook (event_id, payment_id, event)
            SELECT event_id, payment_id, event FROM told WHERE (event_id IN (SELECT event_id FROM fresh)) IS TRUE
            ON CONFLICT DO NOTHING""".formatted(ROWS.unnest());

    private final DataSource dataSource;
    private final ReplacedHooks hooks;
    private final RecordWebhooks webhooks;

    public KeepOutcomes(RoleDatabases databases, ReplacedHooks hooks, RecordWebhooks webhooks) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.hooks = hooks;
        this.webhooks = webhooks;
    }

    /** Whether the hook or an endpoint wants anything; spares the work of reading a batch that nobody wants. */
    public boolean wanted() throws SQLException {
        return applies() || webhooks.wanted();
    }

    public boolean applies() {
        return hooks.isReplaced(ReplacedHooks.AFTER_OUTCOME);
    }

    public void keep(@Body List<RecordWebhooks.Event> batch) throws SQLException {
        Map<String, RecordWebhooks.Event> byId = new LinkedHashMap<>();
        batch.forEach(one -> byId.putIfAbsent(one.record().eventId(), one));
        if (!byId.isEmpty()) {
            CrashPoint.reached("outcome-record-before-commit");
            List<RecordWebhooks.Event> events = List.copyOf(byId.values());
            Traces.keep(PaymentRole.NAME, events, one -> one.record().trace(),
                    one -> List.of(OutcomeTask.traceKey(one.record().eventId())));
            Sql.update(dataSource, RECORD, ROWS.of(events));
            CrashPoint.reached("outcome-record-after-commit");
        }
    }
}
