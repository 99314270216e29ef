package io.payroute.payment.telling;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.support.DefaultExchange;

import io.payroute.payment.PaymentEvents;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.testing.TestDatabase;

/** Events of topic payment.status-updated as records, by short names; those of our own are written as the application does. */
public final class TestEvents {

    private static final String TOPIC = "payment.status-updated";

    private TestEvents() {
    }

    /** The event's id. */
    public static String id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    public static AnnouncedEvents announced(RoleDatabases databases) {
        return new AnnouncedEvents(databases);
    }

    public static void write(TestDatabase database, String name, byte[] payload) {
        try (Connection connection = database.dataSource().getConnection()) {
            Outbox.add(connection, new EventEnvelope(TOPIC, Outbox.key("key"), id(name), PaymentEvents.STATUS_UPDATED,
                    EventEnvelope.PROTOBUF, null, payload));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Exchange ours(TestDatabase database, CamelContext context, String name, byte[] payload,
            KafkaManualCommit commit) {
        write(database, name, payload);
        return record(context, name, payload, commit);
    }

    public static Exchange record(CamelContext context, String name, byte[] payload, KafkaManualCommit commit) {
        Exchange record = new DefaultExchange(context);
        record.getMessage().setBody(payload);
        record.getMessage().setHeader(KafkaConstants.TOPIC, TOPIC);
        record.getMessage().setHeader(KafkaConstants.PARTITION, 0);
        record.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, commit);
        record.getMessage().setHeader("ce_id", id(name).getBytes(StandardCharsets.UTF_8));
        record.getMessage().setHeader("ce_source", EventEnvelope.SOURCE.getBytes(StandardCharsets.UTF_8));
        record.getMessage().setHeader("ce_type", PaymentEvents.STATUS_UPDATED.getBytes(StandardCharsets.UTF_8));
        record.getMessage().setHeader("content-type", EventEnvelope.PROTOBUF.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    public static byte[] payload(String status) {
        return PaymentStatusUpdated.newBuilder().setPaymentId(UUID.randomUUID().toString()).setUserId("user-1")
                .setStatus(status).setAmountMinor(4999).setCurrency("USD").build().toByteArray();
    }
}
