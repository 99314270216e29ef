package io.payroute.payment.webhook.delivery;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

import io.payroute.payment.PaymentFormats;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.hook.outcome.KeepOutcomes;
import io.payroute.payment.telling.TestEvents;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.WebhookEndpoints;
import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.platform.Failures;
import io.payroute.platform.Ids;
import io.payroute.platform.TestRoles;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.DecodedRecords;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static io.payroute.payment.telling.TestEvents.id;

/** The route that makes deliveries of events, as it is. */
abstract class ToldEvents {

    static TestDatabase database;

    final DefaultCamelContext context = Routes.context();
    final AtomicInteger commits = new AtomicInteger();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        context.getRegistry().bind("kafkaBatch", TestBatches.of(database.dataSource()));
        context.getRegistry().bind("recordOutcome", new RecordOutcome());
        context.getRegistry().bind("decodedRecords", new DecodedRecords());
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterStep());
        context.getRegistry().bind("statusWebhook", new StatusWebhook());
        RecordWebhooks recordWebhooks = new RecordWebhooks(TestRoles.databases(database.dataSource()),
                TestWebhooks.settings());
        context.getRegistry().bind("recordWebhooks", recordWebhooks);
        context.getRegistry().bind("keepOutcomes", new KeepOutcomes(TestRoles.databases(database.dataSource()),
                new ReplacedHooks(context), recordWebhooks));
        context.getRegistry().bind("announcedEvents", TestEvents.announced(TestRoles.databases(database.dataSource())));
        context.getRegistry().bind("paymentStatusUpdated", new PaymentFormats().statusUpdated());
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/05-hooks.camel.yaml",
                "payment/61-webhook-events.camel.yaml");
        AdviceWith.adviceWith(context, "payment-webhook-events", route -> route.replaceFromWith("direct:batch"));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    /** @param statement its beginning */
    static boolean waits(String statement) {
        return !database.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() "
                + "AND query LIKE ? || '%'", statement).isEmpty();
    }

    static void disable(UUID endpoint) {
        try {
            Sql.inTransaction(database.dataSource(), connection -> disable(connection, endpoint));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** As an endpoint is disabled or deleted everywhere: then what waits for it is discarded. */
    static int disable(Connection connection, UUID endpoint) throws SQLException {
        Sql.update(connection, "UPDATE webhook_endpoint SET status = 'disabled', disabled_reason = 'gone', disabled_at = now() "
                + "WHERE id = ?", endpoint);
        return Sql.update(connection, WebhookEndpoints.DISCARD, Sql.column("uuid", List.of(endpoint), one -> one));
    }

    static UUID partlyRefunded() {
        UUID payment = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, email) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox', 'ada@example.com')", payment);
        database.execute("UPDATE payment SET status = 'processing'");
        database.execute("UPDATE payment SET status = 'completed', captured_minor = 4999");
        database.execute("UPDATE payment SET status = 'partially_refunded', refund_claimed_minor = 7, refunded_minor = 7");
        return payment;
    }

    static PaymentStatusUpdated.Builder earlier(UUID payment, String status) {
        return PaymentStatusUpdated.newBuilder().setPaymentId(payment.toString()).setUserId("user-1").setStatus(status)
                .setPreviousStatus("processing").setProvider("sandbox").setMethod("card").setEmail("ada@example.com")
                .setUpdatedAt("2020-11-21T04:03:27.314779Z").setAmountMinor(4999).setCurrency("USD");
    }

    static UUID endpoint(String status, String events) {
        UUID id = TestWebhooks.endpoint(database, "https://shop.example.com", WebhookSecret.next());
        database.execute("UPDATE webhook_endpoint SET events = ?::text[] WHERE id = ?", events, id);
        if (status.equals("disabled")) {
            disable(id);
        }
        return id;
    }

    Exchange consume(Exchange... records) {
        for (int i = 0; i < records.length; i++) {
            records[i].getMessage().setHeader(KafkaConstants.OFFSET, (long) i);
        }
        return context.createProducerTemplate().send("direct:batch",
                exchange -> exchange.getMessage().setBody(new ArrayList<>(List.of(records))));
    }

    Exchange event(String id, String status) {
        return record(id, PaymentStatusUpdated.newBuilder().setPaymentId(Ids.next().toString()).setUserId("user-1")
                .setStatus(status).setPreviousStatus("processing").setProvider("sandbox").setMethod("card")
                .setReason(status.equals("failed") ? "insufficient_funds" : "").setEmail("ada@example.com")
                .setUpdatedAt("2026-11-21T04:03:27.314779Z").setAmountMinor(4999).setCurrency("USD").build().toByteArray());
    }

    Exchange record(String name, byte[] value) {
        return TestEvents.ours(database, context, name, value, commits::incrementAndGet);
    }

    Exchange forged(String name, byte[] value) {
        return TestEvents.record(context, name, value, commits::incrementAndGet);
    }
}
