package io.payroute.payment.telling;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.http.ProblemException;
import io.payroute.messaging.Ids;
import io.payroute.messaging.KafkaRecord;
import io.payroute.messaging.Sql;
import io.payroute.payment.Idempotency;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/**
 * Whoever can write to a topic can write any event. Lets through only what this role wrote itself, byte for byte, before anybody
 * outside is told of it; everything else is a dead letter. One statement a batch, over the ids that the database noted as the
 * events were written.
 */
@ApplicationScoped
@Named("announcedEvents")
public class AnnouncedEvents {

    private static final String ANNOUNCED = """
            SELECT e.event_id, e.payload_hash FROM unnest(?::uuid[]) AS t(event_id)
            JOIN announced_event e ON e.event_id = t.event_id""";

    private final DataSource dataSource;

    AnnouncedEvents(RoleDatabases databases) {
        this.dataSource = databases.of(Roles.PAYMENT);
    }

    /** @return the records of this batch that are ours, in their order */
    public List<KafkaRecord> proven(Exchange batch) throws SQLException {
        List<KafkaRecord> records = new ArrayList<>();
        for (Object record : batch.getMessage().getBody(List.class)) {
            records.add((KafkaRecord) record);
        }
        Map<UUID, ByteBuffer> announced = announced(records);
        List<KafkaRecord> proven = new ArrayList<>(records.size());
        for (KafkaRecord record : records) {
            ByteBuffer hash = announced.get(id(record));
            if (hash != null && hash.equals(ByteBuffer.wrap(Idempotency.sha256(record.value())))) {
                proven.add(record);
            } else {
                record.refuse(batch.getFromRouteId(), ProblemException.conflict(hash == null
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

    /** Null when it is none of ours at sight. */
    private static UUID id(KafkaRecord record) {
        try {
            return Ids.parse(record.eventId());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
