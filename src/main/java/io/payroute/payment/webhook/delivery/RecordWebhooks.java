package io.payroute.payment.webhook.delivery;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.platform.kafka.Poison;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.trace.TracedBatch;

/**
 * Makes deliveries of events: inbox and one delivery for each enabled endpoint that wants the event, in one statement for a whole
 * batch. An event that comes twice is delivered once; one that nobody wants leaves no trace.
 * <p>
 * The endpoints stay locked until the commit. Whoever disables or deletes one of them waits and discards these deliveries too, or
 * was before and gets none: no delivery waits for an endpoint that is there no more.
 */
@ApplicationScoped
@Named("recordWebhooks")
public class RecordWebhooks {

    private static final Rows<Event> ROWS = new Rows<Event>().text("event_id", Event::id).uuid("payment_id", Event::paymentId)
            .text("type", Event::type).text("payload", Event::payload);
    private static final String RECORD = """
            WITH endpoints AS MATERIALIZED (
              SELECT id, events FROM webhook_endpoint WHERE status = 'enabled' AND (events IS NULL OR events && ?::text[])
              ORDER BY id FOR SHARE),
            wanted AS (
              SELECT t.*, e.id AS endpoint_id
              FROM %s
              JOIN endpoints e ON e.events IS NULL OR t.type = ANY(e.events)),
            fresh AS (
              INSERT INTO inbox (consumer, event_id) SELECT DISTINCT 'webhooks', event_id FROM wanted ORDER BY event_id
              ON CONFLICT DO NOTHING RETURNING event_id)
            INSERT INTO webhook_delivery (endpoint_id, payment_id, event_id, type, payload, due_at)
            SELECT endpoint_id, payment_id, event_id, type, payload, now() + make_interval(secs => ?)
            FROM wanted WHERE (event_id IN (SELECT event_id FROM fresh)) IS TRUE
            ON CONFLICT (endpoint_id, event_id) DO NOTHING""".formatted(ROWS.unnest());
    private static final String ANY = "SELECT EXISTS (SELECT 1 FROM webhook_endpoint WHERE status = 'enabled')";

    /**
     * A decoded event.
     *
     * @param payload what is sent
     * @param record as it came, for its dead letter
     */
    public record Event(UUID paymentId, String type, String payload, KafkaRecord record) {

        String id() {
            return record.eventId();
        }
    }

    private final DataSource dataSource;
    private final WebhookSettings settings;

    public RecordWebhooks(RoleDatabases databases, WebhookSettings settings) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.settings = settings;
    }

    /** Whether anybody wants anything; spares the work of reading a batch that nobody wants. */
    public boolean wanted() throws SQLException {
        return Sql.query(dataSource, ANY, row -> row.getBoolean(1)).get(0);
    }

    /**
     * Stores the batch. A record that the database refuses for ever is a dead letter; it holds up no other.
     *
     * @return how many deliveries were made
     */
    public int record(List<Event> batch) throws SQLException {
        AtomicInteger deliveries = new AtomicInteger();
        Map<String, Event> byId = new LinkedHashMap<>();
        batch.forEach(one -> byId.putIfAbsent(one.id(), one));
        if (!byId.isEmpty()) {
            CrashPoint.reached("webhook-record-before-commit");
            Poison.sort(List.copyOf(byId.values()), events -> deliveries.addAndGet(insert(events)),
                    (one, cause) -> one.record().refuse("payment-webhook-record", cause));
            CrashPoint.reached("webhook-record-after-commit-before-offset");
        }
        return deliveries.get();
    }

    private int insert(List<Event> events) throws SQLException {
        try (TracedBatch<Event> traced = TracedBatch.begin("record-webhooks", events, one -> one.record().trace())) {
            traced.about(one -> one.record().logIds()).keep(PaymentRole.NAME, Event::id);
            return Sql.update(dataSource, RECORD, Sql.column("text", events, Event::type), ROWS.of(events),
                    settings.schedule().get(0).toMillis() / 1000.0);
        }
    }
}
