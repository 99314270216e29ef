package io.payroute.payment.webhook.delivery;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.payment.PaymentFormats;
import io.payroute.payment.PaymentQueues;
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
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WakeUps;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static io.payroute.payment.telling.TestEvents.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class WebhookEventsRouteTest {

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final AtomicInteger commits = new AtomicInteger();

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
        context.getRegistry().bind("recordWebhooks", new RecordWebhooks(TestRoles.databases(database.dataSource()),
                TestWebhooks.settings()));
        context.getRegistry().bind("announcedEvents", TestEvents.announced(TestRoles.databases(database.dataSource())));
        context.getRegistry().bind("paymentStatusUpdated", new PaymentFormats().statusUpdated());
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/61-webhook-events.camel.yaml");
        AdviceWith.adviceWith(context, "payment-webhook-events", route -> route.replaceFromWith("direct:batch"));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldTellEachEndpointWhatItWants() {
        // Given
        UUID all = endpoint("enabled", null);
        UUID some = endpoint("enabled", "{payment.failed,payment.refunded}");
        endpoint("disabled", null);

        // When
        Exchange batch = consume(event("e1", "completed"), event("e2", "failed"), event("e3", "authorized"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(database.rows("SELECT endpoint_id, event_id, type, status, due_at <= now() FROM webhook_delivery "
                + "")).containsExactlyInAnyOrder(all + " " + id("e1") + " payment.completed pending t",
                        all + " " + id("e2") + " payment.failed pending t", some + " " + id("e2") + " payment.failed pending t",
                        all + " " + id("e3") + " payment.authorized pending t");
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldTellThePaymentWithoutThePersonsAddress() {
        // Given
        endpoint("enabled", null);

        // When
        consume(event("e1", "failed"));

        // Then
        JsonObject payload = new JsonObject(database.value("SELECT payload FROM webhook_delivery"));
        assertThat(payload.getString("type")).isEqualTo("payment.failed");
        assertThat(payload.getString("timestamp")).isEqualTo("2026-11-21T04:03:27.314779Z");
        JsonObject data = payload.getJsonObject("data");
        assertThat(data.getString("payment_id")).isEqualTo(database.value("SELECT payment_id FROM webhook_delivery"));
        assertThat(data.getMap()).containsEntry("user_id", "user-1").containsEntry("amount_minor", 4999)
                .containsEntry("amount", 49.99).containsEntry("currency", "USD").containsEntry("status", "failed")
                .containsEntry("previous_status", "processing").containsEntry("provider", "sandbox")
                .containsEntry("method", "card").containsEntry("reason", "insufficient_funds").doesNotContainKey("order_id");
        assertThat(payload.encode()).doesNotContain("ada@example.com", "email");
    }

    @Test
    void shouldWakeTheQueueForNewDeliveriesAlone() {
        // Given
        endpoint("enabled", "{payment.failed}");
        AtomicInteger woken = new AtomicInteger();
        Runnable wake = woken::incrementAndGet;
        WakeUps.add(PaymentQueues.WEBHOOKS, wake);

        // When
        consume(event("e1", "completed"));
        int forNobody = woken.get();
        consume(event("e2", "failed"));
        consume(event("e2", "failed"));

        // Then
        WakeUps.remove(PaymentQueues.WEBHOOKS, wake);
        assertThat(forNobody).isZero();
        assertThat(woken).hasValue(1);
    }

    @Test
    void shouldTellAnEventOnceHoweverOftenItComes() {
        // Given
        endpoint("enabled", null);
        Exchange event = event("e1", "completed");
        consume(event, event);
        database.execute("DELETE FROM webhook_delivery");

        // When
        Exchange batch = consume(event, event("e2", "completed"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(database.rows("SELECT event_id FROM webhook_delivery")).containsExactly(id("e2"));
        assertThat(database.rows("SELECT consumer, event_id FROM inbox")).containsExactlyInAnyOrder("webhooks " + id("e1"),
                "webhooks " + id("e2"));
    }

    @Test
    void shouldPutWhatCannotBeReadIntoTheDeadLettersAndGoOn() {
        // Given
        endpoint("enabled", null);

        // When
        Exchange batch = consume(record("e1", "no protobuf".getBytes(StandardCharsets.UTF_8)), event("e2", "completed"),
                record("e3",
                        PaymentStatusUpdated.newBuilder().setPaymentId("seven").setAmountMinor(1).setCurrency("USD").build()
                                .toByteArray()));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(database.rows("SELECT event_id FROM dead_letter")).containsExactlyInAnyOrder(id("e1"), id("e3"));
        assertThat(database.rows("SELECT event_id FROM webhook_delivery")).containsExactly(id("e2"));
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldTellNothingThatThisRoleDidNotWrite() throws Exception {
        // Given
        endpoint("enabled", null);
        Exchange ours = event("e1", "completed");
        Exchange changed = forged("e2", TestEvents.payload("completed"));
        TestEvents.write(database, "e2", TestEvents.payload("failed"));
        Exchange foreign = forged("e3", ours.getMessage().getBody(byte[].class));
        foreign.getMessage().setHeader("ce_source", "/shop".getBytes(StandardCharsets.UTF_8));

        // When
        Exchange batch = consume(forged("e4", ours.getMessage().getBody(byte[].class)), ours, changed, foreign);

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(database.rows("SELECT event_id FROM webhook_delivery")).containsExactly(id("e1"));
        assertThat(database.rows("SELECT cause FROM dead_letter ORDER BY id")).hasSize(3)
                .filteredOn(cause -> cause.contains("never wrote this event")).hasSize(2);
        assertThat(database.rows("SELECT cause FROM dead_letter")).filteredOn(cause -> cause.contains("another content"))
                .hasSize(1);
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldTellNothingForgedThatAnOperatorReplays() throws Exception {
        // Given
        endpoint("enabled", null);
        Exchange forged = forged("e1", TestEvents.payload("completed"));
        consume(forged);
        new DeadLetters("payment", database.dataSource()).replay(List.of(1L));

        // When
        consume(forged);

        // Then
        assertThat(database.count("webhook_delivery")).isZero();
        assertThat(database.rows("SELECT attempts, replayed_at FROM dead_letter")).containsExactly("2 null");
    }

    @Test
    void shouldKeepTheDeadLetterOfAnEventWhoseIdIsForged() throws Exception {
        // Given
        endpoint("enabled", null);
        byte[] ours = "no protobuf".getBytes(StandardCharsets.UTF_8);
        consume(record("e1", ours));

        // When
        consume(forged("e1", TestEvents.payload("completed")));

        // Then
        assertThat(database.rows("SELECT payload FROM dead_letter WHERE event_id = ?", id("e1")))
                .containsExactly("\\x" + HexFormat.of().formatHex(ours));
        assertThat(database.rows("SELECT cause FROM dead_letter WHERE event_id = ?",
                EventEnvelope.idOfPosition("payment.status-updated", 0, 0, 0))).singleElement().asString()
                .contains("another content");
    }

    @Test
    void shouldTellWhatWasPublishedBeforeEventsWereNoted() throws Exception {
        // Given
        endpoint("enabled", null);
        UUID payment = partlyRefunded();
        database.execute("INSERT INTO announced_since VALUES (now())");
        database.execute("UPDATE payment SET refund_claimed_minor = 4999, refunded_minor = 4999, status = 'refunded'");

        // When
        consume(forged("e1", earlier(payment, "completed").build().toByteArray()),
                forged("e2", earlier(payment, "partially_refunded").setPreviousStatus("partially_refunded").build()
                        .toByteArray()),
                forged("e3", earlier(payment, "failed").build().toByteArray()),
                forged("e4", earlier(payment, "completed").setEmail("eve@example.com").build().toByteArray()),
                forged("e5", earlier(payment, "completed").setUserId("eve").build().toByteArray()),
                forged("e6", earlier(payment, "completed").setAmountMinor(1).build().toByteArray()),
                forged("e7", earlier(payment, "completed").setCurrency("E\0R").build().toByteArray()),
                forged("e8", earlier(payment, "completed").setUpdatedAt(Instant.MAX.toString()).build().toByteArray()),
                forged("e9", earlier(payment, "refunded").setPreviousStatus("partially_refunded").build().toByteArray()));

        // Then
        assertThat(database.rows("SELECT event_id FROM webhook_delivery")).containsExactlyInAnyOrder(id("e1"), id("e2"));
        assertThat(database.count("dead_letter")).isEqualTo(7);
    }

    @Test
    void shouldLeaveNoTraceOfWhatNobodyWants() {
        // When
        Exchange batch = consume(event("e1", "completed"), event("e2", "failed"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(database.count("inbox") + database.count("webhook_delivery")).isZero();
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldNotTellAnEndpointThatIsDisabledMeanwhile() throws Exception {
        // Given
        UUID endpoint = endpoint("enabled", null);
        UUID other = endpoint("enabled", null);
        Exchange event = event("e1", "completed");
        CompletableFuture<Exchange> batch;

        // When
        try (Connection disabling = database.dataSource().getConnection()) {
            disabling.setAutoCommit(false);
            disable(disabling, endpoint);
            batch = CompletableFuture.supplyAsync(() -> consume(event));
            await().untilAsserted(() -> assertThat(waits("WITH") || batch.isDone()).isTrue());
            disabling.commit();
        }

        // Then
        assertThat(batch.join().getException()).isNull();
        assertThat(database.rows("SELECT endpoint_id, status FROM webhook_delivery")).containsExactly(other + " pending");
    }

    @Test
    void shouldDiscardWhatIsRecordedWhileItsEndpointIsBeingDisabled() throws Exception {
        // Given
        UUID endpoint = endpoint("enabled", null);
        Exchange event = event("e1", "completed");
        CompletableFuture<Exchange> batch;
        CompletableFuture<Void> disabled;

        // When
        try (Connection inbox = database.dataSource().getConnection()) {
            inbox.setAutoCommit(false);
            Sql.update(inbox, "INSERT INTO inbox (consumer, event_id) VALUES ('webhooks', ?)", id("e1"));
            batch = CompletableFuture.supplyAsync(() -> consume(event));
            await().untilAsserted(() -> assertThat(waits("WITH")).isTrue());
            disabled = CompletableFuture.runAsync(() -> disable(endpoint));
            await().untilAsserted(() -> assertThat(disabled.isDone() || waits("UPDATE")).isTrue());
            inbox.rollback();
        }

        // Then
        assertThat(batch.join().getException()).isNull();
        disabled.join();
        assertThat(database.rows("SELECT status FROM webhook_delivery")).containsExactly("discarded");
    }

    /** @param statement its beginning */
    private static boolean waits(String statement) {
        return !database.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() "
                + "AND query LIKE ? || '%'", statement).isEmpty();
    }

    private static void disable(UUID endpoint) {
        try {
            Sql.inTransaction(database.dataSource(), connection -> disable(connection, endpoint));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** As an endpoint is disabled or deleted everywhere: then what waits for it is discarded. */
    private static int disable(Connection connection, UUID endpoint) throws SQLException {
        Sql.update(connection, "UPDATE webhook_endpoint SET status = 'disabled', disabled_reason = 'gone', disabled_at = now() "
                + "WHERE id = ?", endpoint);
        return Sql.update(connection, WebhookEndpoints.DISCARD, Sql.column("uuid", List.of(endpoint), one -> one));
    }

    private static UUID partlyRefunded() {
        UUID payment = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, email) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox', 'ada@example.com')", payment);
        database.execute("UPDATE payment SET status = 'processing'");
        database.execute("UPDATE payment SET status = 'completed', captured_minor = 4999");
        database.execute("UPDATE payment SET status = 'partially_refunded', refund_claimed_minor = 7, refunded_minor = 7");
        return payment;
    }

    private static PaymentStatusUpdated.Builder earlier(UUID payment, String status) {
        return PaymentStatusUpdated.newBuilder().setPaymentId(payment.toString()).setUserId("user-1").setStatus(status)
                .setPreviousStatus("processing").setProvider("sandbox").setMethod("card").setEmail("ada@example.com")
                .setUpdatedAt("2020-11-21T04:03:27.314779Z").setAmountMinor(4999).setCurrency("USD");
    }

    private static UUID endpoint(String status, String events) {
        UUID id = TestWebhooks.endpoint(database, "https://shop.example.com", WebhookSecret.next());
        database.execute("UPDATE webhook_endpoint SET events = ?::text[] WHERE id = ?", events, id);
        if (status.equals("disabled")) {
            disable(id);
        }
        return id;
    }

    private Exchange consume(Exchange... records) {
        for (int i = 0; i < records.length; i++) {
            records[i].getMessage().setHeader(KafkaConstants.OFFSET, (long) i);
        }
        return context.createProducerTemplate().send("direct:batch",
                exchange -> exchange.getMessage().setBody(new ArrayList<>(List.of(records))));
    }

    private Exchange event(String id, String status) {
        return record(id, PaymentStatusUpdated.newBuilder().setPaymentId(Ids.next().toString()).setUserId("user-1")
                .setStatus(status).setPreviousStatus("processing").setProvider("sandbox").setMethod("card")
                .setReason(status.equals("failed") ? "insufficient_funds" : "").setEmail("ada@example.com")
                .setUpdatedAt("2026-11-21T04:03:27.314779Z").setAmountMinor(4999).setCurrency("USD").build().toByteArray());
    }

    private Exchange record(String name, byte[] value) {
        return TestEvents.ours(database, context, name, value, commits::incrementAndGet);
    }

    private Exchange forged(String name, byte[] value) {
        return TestEvents.record(context, name, value, commits::incrementAndGet);
    }
}
