package io.payroute.payment.webhook.delivery;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.Test;

import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.vertx.core.json.JsonObject;

import static io.payroute.payment.telling.TestEvents.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class WebhookEventsRouteTest extends ToldEvents {

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
    void shouldWakeTheQueueForNewDeliveriesAlone() throws Exception {
        // Given
        endpoint("enabled", "{payment.failed}");
        AtomicInteger woken = new AtomicInteger();
        AdviceWith.adviceWith(context, "payment-webhook-record",
                route -> route.weaveById("to-webhooks").before().process(exchange -> woken.incrementAndGet()));

        // When
        consume(event("e1", "completed"));
        int forNobody = woken.get();
        consume(event("e2", "failed"));
        consume(event("e2", "failed"));

        // Then
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
}
