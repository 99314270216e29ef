package io.payroute.payment;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.platform.kafka.Poison;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.notification.NotificationUpdated;
import io.vertx.core.json.JsonObject;

/**
 * Puts what became of messages to customers into the histories of their payments, a batch in one statement. An event that is
 * delivered twice is told once.
 */
@ApplicationScoped
@Named("recordMails")
public class RecordMails {

    private static final Rows<Told> ROWS = new Rows<Told>().text("event_id", Told::eventId).uuid("payment_id", Told::paymentId)
            .int8("number", Told::number).text("type", Told::type).text("detail", one -> one.detail().encode())
            .timestamptz("at", Told::at);
    /** The row's key is made of the event's id, so the row is its own inbox. What an earlier version recorded is in the inbox. */
    private static final String RECORD = """
            WITH input AS (
              SELECT * FROM %s),
            earlier AS MATERIALIZED (
              SELECT event_id FROM inbox WHERE consumer = 'payment-story' AND event_id = ANY (ARRAY (SELECT event_id FROM input)))
            INSERT INTO payment_event (payment_id, id, type, detail, at) OVERRIDING SYSTEM VALUE
            SELECT payment_id, number, type, detail::jsonb, at FROM input
            WHERE (event_id IN (SELECT event_id FROM earlier)) IS NOT TRUE
              AND EXISTS (SELECT 1 FROM payment p WHERE p.id = payment_id)
            ORDER BY payment_id, number ON CONFLICT DO NOTHING
            RETURNING type, detail ->> 'template', at, (SELECT p.created_at FROM payment p WHERE p.id = payment_id)"""
            .formatted(ROWS.unnest());

    private static final String COMPLETED = "payment-completed";
    private static final Set<String> STATUSES = Set.of("sent", "waiting", "dead", "skipped");

    /** @param type {@code mail.}, {@code sms.} or {@code message.} and {@code sent}, {@code skipped}, {@code waiting} or {@code dead} */
    record Told(UUID paymentId, String type, JsonObject detail, Instant at, KafkaRecord record) {

        String eventId() {
            return record.eventId();
        }

        /** Negative, as no number is that the database gives. */
        long number() {
            return Long.MIN_VALUE
                    | UUID.nameUUIDFromBytes(eventId().getBytes(StandardCharsets.UTF_8)).getLeastSignificantBits();
        }
    }

    private final DataSource dataSource;

    RecordMails(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    /** Makes a {@link Told} of an event. */
    public Told read(@Body NotificationUpdated event, Exchange exchange) {
        try {
            KafkaRecord record = KafkaRecord.of(exchange);
            record.about(exchange, "paymentId", event.getPaymentId());
            String channel = switch (event.getChannel()) {
                case "email", "" -> "mail";
                case "sms" -> "sms";
                default -> "message";
            };
            String status = STATUSES.contains(event.getStatus()) ? event.getStatus() : "dead";
            JsonObject detail = new JsonObject().put("template", event.getTemplate()).put("attempts", event.getAttempts());
            if (channel.equals("message")) {
                detail.put("channel", event.getChannel());
            }
            if (!event.getReason().isEmpty()) {
                detail.put("reason", event.getReason());
            }
            return new Told(Ids.parse(event.getPaymentId()), channel + '.' + status, detail,
                    Instant.parse(event.getUpdatedAt()), record);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw Refusal.malformed("payment_id must be a UUID, and updated_at an RFC 3339 time.");
        }
    }

    /** Stores the batch. A record that the database refuses for ever is a dead letter; it holds up no other. */
    public void record(List<Told> batch) throws SQLException {
        Map<String, Told> byEvent = new LinkedHashMap<>();
        batch.forEach(one -> byEvent.putIfAbsent(one.eventId(), one));
        Poison.sort(List.copyOf(byEvent.values()), this::insert,
                (one, cause) -> one.record().refuse("payment-history-record", cause));
    }

    private void insert(List<Told> rows) throws SQLException {
        Sql.query(dataSource, RECORD, row -> COMPLETED.equals(row.getString(2)) && "mail.sent".equals(row.getString(1))
                ? Duration.between(Sql.instant(row, "created_at"), Sql.instant(row, "at"))
                : null, ROWS.of(rows)).stream().filter(Objects::nonNull).forEach(PaymentMeters::mailed);
    }
}
