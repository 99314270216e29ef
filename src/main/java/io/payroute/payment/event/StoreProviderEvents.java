package io.payroute.payment.event;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.trace.TraceContext;
import io.payroute.platform.trace.Traces;
import io.payroute.provider.ReceivedEvent;

/**
 * Stores signed events: the row that waits to be applied and the event for {@code payments.raw.<provider>}, in one statement for
 * all requests that come together. An event that is there already has no second row and is not published again. What cannot be
 * read is kept for an operator, and not published.
 */
@ApplicationScoped
class StoreProviderEvents {

    static final String TYPE = "io.payroute.payment.provider-event";
    private static final Rows<ReceivedEvent> ROWS = new Rows<ReceivedEvent>().uuid("id", ReceivedEvent::id)
            .text("provider", ReceivedEvent::provider).text("event_id", ReceivedEvent::eventId)
            .text("type", ReceivedEvent::type)
            .bytea("payload", event -> withoutSecrets(event.payload())).text("problem", ReceivedEvent::problem)
            .int4("shard", event -> Outbox.shard(Outbox.key(event.key())))
            .bytea("message_key", event -> Outbox.key(event.key()));
    private static final String STORE = """
            WITH input AS (
              SELECT * FROM %s),
            fresh AS (
              INSERT INTO provider_event (id, provider, event_id, type, payload, status, detail, due_at, applied_at)
              SELECT id, provider, event_id, type, payload, CASE WHEN problem IS NULL THEN 'waiting' ELSE 'unreadable' END,
                problem, CASE WHEN problem IS NULL THEN now() END, CASE WHEN problem IS NOT NULL THEN now() END
              FROM input ORDER BY provider, event_id
              ON CONFLICT DO NOTHING RETURNING id),
            told AS (
            """.formatted(ROWS.unnest()) + Outbox.INSERT + """
              SELECT i.shard, ? || '.' || i.provider, i.message_key, i.id::text, ?, ?, NULL, i.payload
              FROM input i WHERE i.problem IS NULL AND (i.id IN (SELECT id FROM fresh)) IS TRUE)
            SELECT id FROM fresh""";

    /** With which a customer's browser confirms a payment (Stripe); it is good for days, and nobody needs it here. */
    private static final Pattern SECRET = Pattern.compile("(\"client_secret\"\\s*:\\s*\")[^\"\\\\]*\"");

    static byte[] withoutSecrets(byte[] payload) {
        // One character a byte, so that whatever else is in there stays as it came.
        String text = new String(payload, StandardCharsets.ISO_8859_1);
        return text.contains("\"client_secret\"")
                ? SECRET.matcher(text).replaceAll("$1\"").getBytes(StandardCharsets.ISO_8859_1)
                : payload;
    }

    private record Request(List<ReceivedEvent> events, TraceContext trace) {

        List<String> keys() {
            return events.stream().map(event -> event.id().toString()).toList();
        }
    }

    private final DataSource dataSource;
    private final String topic;
    private final Duration timeout;
    private final MeterRegistry meters;
    private final GroupCommit<Request, Boolean> commits;

    StoreProviderEvents(RoleDatabases databases, MeterRegistry meters,
            @ConfigProperty(name = "topic.payments-raw") String topic,
            @ConfigProperty(name = "payment.provider-events.batch-size") int batchSize,
            @ConfigProperty(name = "payment.provider-events.queue-capacity") int queueCapacity,
            @ConfigProperty(name = "payment.provider-events.timeout") Duration timeout) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.meters = meters;
        this.topic = topic;
        this.timeout = timeout;
        this.commits = new GroupCommit<>("provider-events", 1, batchSize, queueCapacity, this::write);
    }

    /**
     * Returns after the commit.
     *
     * @throws Refusal 503 when the queue is full or the database did not answer in time; the provider sends them again
     */
    void store(List<ReceivedEvent> events) throws Exception {
        commits.answer(new Request(events, Traces.current()), timeout);
    }

    private List<Boolean> write(List<Request> requests) throws SQLException {
        List<ReceivedEvent> events = requests.stream().flatMap(one -> one.events().stream()).toList();
        Traces.keep(PaymentRole.NAME, requests, Request::trace, Request::keys);
        CrashPoint.reached("provider-event-before-store");
        Set<UUID> fresh = Set.copyOf(Sql.query(dataSource, STORE, row -> row.getObject(1, UUID.class),
                ROWS.of(events), topic, TYPE, EventEnvelope.JSON));
        CrashPoint.reached("provider-event-after-store");
        events.forEach(event -> meters.counter("payroute.provider.events.received", "provider", event.provider(), "outcome",
                !fresh.contains(event.id()) ? "duplicate" : event.problem() == null ? "stored" : "unreadable").increment());
        return requests.stream().map(request -> Boolean.TRUE).toList();
    }

    @PreDestroy
    void close() {
        commits.close();
    }
}
