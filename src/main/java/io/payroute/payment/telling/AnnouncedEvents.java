package io.payroute.payment.telling;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentStatusUpdated;

/**
 * Whoever can write to a topic can write any event. Lets through only what this role wrote itself, byte for byte, before anybody
 * outside is told of it; everything else is a dead letter, under the id of its position and never under the one that it claims. One
 * statement a batch, over the ids that the database noted as the events were written; and one more for ids that it did not note,
 * which may be of before it began to: such an event must agree with its payment, which took that step before then.
 */
@ApplicationScoped
@Named("announcedEvents")
public class AnnouncedEvents {

    private static final String ANNOUNCED = """
            SELECT e.event_id, e.payload_hash FROM unnest(?::uuid[]) AS t(event_id)
            JOIN announced_event e ON e.event_id = t.event_id""";

    private static final String EARLIER = """
            SELECT p.id, s.since, w.from_status, w.to_status, p.user_id, p.amount_minor, p.currency, coalesce(p.email, '')
            FROM unnest(?::uuid[]) AS t(id)
            JOIN payment p ON p.id = t.id
            JOIN payment_transition w ON w.payment_id = p.id
            JOIN announced_since s ON w.at < s.since""";
    private static final String REPEATED = PaymentStatus.PARTIALLY_REFUNDED.word();

    /** A step that a payment took before its events were noted. */
    private record Step(UUID paymentId, Instant since, String from, String to, String user, long amount, String currency,
            String email) {

        static Step of(ResultSet row) throws SQLException {
            return new Step(row.getObject(1, UUID.class), Sql.instant(row, "since"), row.getString(3), row.getString(4),
                    row.getString(5), row.getLong(6), row.getString(7), row.getString(8));
        }

        boolean isToldBy(PaymentStatusUpdated event) {
            return to.equals(event.getStatus()) && leadsFrom(event.getPreviousStatus()) && user.equals(event.getUserId())
                    && amount == event.getAmountMinor() && currency.equals(event.getCurrency())
                    && email.equals(event.getEmail()) && Instant.parse(event.getUpdatedAt()).isBefore(since);
        }

        /** A second partial refund is told, too, and is no step. */
        private boolean leadsFrom(String previous) {
            return from.equals(previous) || to.equals(REPEATED) && previous.equals(REPEATED);
        }
    }

    private final DataSource dataSource;

    AnnouncedEvents(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    /** @return the records of this batch that are ours, in their order */
    public List<KafkaRecord> proven(Exchange batch) throws SQLException {
        List<KafkaRecord> records = new ArrayList<>();
        for (Object record : batch.getMessage().getBody(List.class)) {
            records.add((KafkaRecord) record);
        }
        Map<UUID, ByteBuffer> announced = announced(records);
        Set<KafkaRecord> earlier = earlier(
                records.stream().filter(record -> id(record) != null && !announced.containsKey(id(record))).toList());
        List<KafkaRecord> proven = new ArrayList<>(records.size());
        for (KafkaRecord record : records) {
            ByteBuffer hash = announced.get(id(record));
            if (hash == null
                    ? earlier.contains(record)
                    : hash.equals(ByteBuffer.wrap(Idempotency.sha256(record.value())))) {
                proven.add(record);
            } else {
                record.refuseUnproven(batch.getFromRouteId(), Refusal.conflict(hash == null
                        ? "The payment role never wrote this event."
                        : "The payment role wrote this event with another content."));
            }
        }
        return proven;
    }

    private Map<UUID, ByteBuffer> announced(List<KafkaRecord> records) throws SQLException {
        List<UUID> ids = records.stream().map(AnnouncedEvents::id).filter(id -> id != null).distinct().toList();
        Map<UUID, ByteBuffer> hashes = new HashMap<>();
        Sql.query(dataSource, ANNOUNCED,
                row -> hashes.put(row.getObject(1, UUID.class), ByteBuffer.wrap(row.getBytes(2))),
                Sql.column("uuid", ids, id -> id));
        return hashes;
    }

    /** Those that a step before the table's beginning bears out. Nothing of an event but its payment's id gets into the statement. */
    private Set<KafkaRecord> earlier(List<KafkaRecord> unknown) throws SQLException {
        Map<KafkaRecord, PaymentStatusUpdated> events = new IdentityHashMap<>();
        for (KafkaRecord record : unknown) {
            try {
                PaymentStatusUpdated event = PaymentStatusUpdated.parseFrom(record.value());
                paymentId(event);
                Instant.parse(event.getUpdatedAt());
                events.put(record, event);
            } catch (InvalidProtocolBufferException | IllegalArgumentException | DateTimeException e) {
                // none of ours
            }
        }
        if (events.isEmpty()) {
            return Set.of();
        }
        Map<UUID, List<Step>> steps = Sql.query(dataSource, EARLIER, Step::of,
                Sql.column("uuid", events.values().stream().map(AnnouncedEvents::paymentId).distinct().toList(), id -> id))
                .stream().collect(Collectors.groupingBy(Step::paymentId));
        events.values().removeIf(event -> steps.getOrDefault(paymentId(event), List.of()).stream()
                .noneMatch(step -> step.isToldBy(event)));
        return events.keySet();
    }

    private static UUID paymentId(PaymentStatusUpdated event) {
        return Ids.parse(event.getPaymentId());
    }

    /** Null when it is none of ours at sight. */
    private static UUID id(KafkaRecord record) {
        try {
            return Ids.parse(record.eventId());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
