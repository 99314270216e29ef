package io.payroute.payment.webhook;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.Seen;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WebhookDeliveriesRouteTest extends EndpointRoutes {

    @Test
    void shouldListDeliveriesWithTheirAttemptsPageByPage() {
        // Given
        UUID id = UUID.fromString(made().getString("id"));
        List<UUID> deliveries = IntStream.range(0, 5).mapToObj(i -> TestWebhooks.delivery(database, id)).toList();
        database.execute("UPDATE webhook_delivery SET status = 'failed' WHERE id = ?", deliveries.get(4));
        database.execute("INSERT INTO webhook_attempt (delivery_id, started_at, duration_ms, status_code, error) "
                + "VALUES (?, now(), 12, 500, 'refused'), (?, now(), 15000, NULL, 'timeout')", deliveries.get(4),
                deliveries.get(4));

        // When
        JsonObject first = new JsonObject(text(call("deliveries", null, Map.of("id", "" + id, "limit", "3"))));
        JsonObject second = new JsonObject(text(call("deliveries", null,
                Map.of("id", "" + id, "limit", "3", "cursor", first.getString("next_cursor")))));
        JsonObject failed = new JsonObject(text(call("deliveries", null, Map.of("id", "" + id, "status", "failed"))));

        // Then
        assertThat(ids(first)).containsExactly("" + deliveries.get(4), "" + deliveries.get(3), "" + deliveries.get(2));
        assertThat(ids(second)).containsExactly("" + deliveries.get(1), "" + deliveries.get(0));
        assertThat(second.containsKey("next_cursor")).isFalse();
        assertThat(ids(failed)).containsExactly("" + deliveries.get(4));
        JsonArray attempts = failed.getJsonArray("deliveries").getJsonObject(0).getJsonArray("attempts");
        assertThat(attempts).hasSize(2);
        assertThat(attempts.getJsonObject(0).getInteger("status_code")).isEqualTo(500);
        assertThat(attempts.getJsonObject(1).getString("error")).isEqualTo("timeout");
        assertThat(attempts.getJsonObject(1).getInteger("duration_ms")).isEqualTo(15000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status=sent", "limit=0", "limit=101", "limit=x", "cursor=x", "cursor=YQ", "cursor=%", FAR_CURSOR})
    void shouldNameABadParameter(String parameter) {
        // Given
        String id = made().getString("id");

        // When
        Exchange answer = call("deliveries", null, Map.of("id", id, parameter.split("=")[0], parameter.split("=")[1]));

        // Then
        assertThat(status(answer)).isEqualTo(422);
        assertThat(text(answer)).contains("\"field\":\"" + parameter.split("=")[0] + "\"");
    }

    @Test
    void shouldSendNothingForAPageThatShowsWhatWasBefore() throws Exception {
        // Given
        UUID id = UUID.fromString(made().getString("id"));
        UUID delivery = TestWebhooks.delivery(database, id);
        database.execute("UPDATE webhook_delivery SET status = 'failed' WHERE id = ?", delivery);
        WebhookDeliveries deliveries = new WebhookDeliveries(TestRoles.databases(database.dataSource()));
        Idempotency.Key none = new Idempotency.Key("shop", null, null);

        // When
        deliveries.redeliver(id, "shop", delivery, none, new Seen("failed-0"));

        // Then
        assertThatThrownBy(() -> deliveries.redeliver(id, "shop", delivery, none, new Seen("failed-0")))
                .isInstanceOf(Refusal.class).hasMessageContaining("it is pending now, after 0 attempts");
    }

    @Test
    void shouldSendOneDeliveryAgainButNotWhileItIsOnItsWay() {
        // Given
        UUID id = UUID.fromString(made().getString("id"));
        UUID delivered = TestWebhooks.delivery(database, id);
        UUID onItsWay = TestWebhooks.delivery(database, id);
        database.execute("UPDATE webhook_delivery SET status = 'delivered', step = 3, attempts = 3 WHERE id = ?", delivered);
        database.execute("UPDATE webhook_delivery SET claimed_at = now(), due_at = now() + interval '1 min', step = 1 "
                + "WHERE id = ?", onItsWay);

        // When
        Exchange again = call("redeliver-one", null, Map.of("id", "" + id, "deliveryId", "" + delivered));
        call("redeliver-one", null, Map.of("id", "" + id, "deliveryId", "" + onItsWay));

        // Then
        assertThat(status(again)).isEqualTo(202);
        assertThat(new JsonObject(text(again)).getJsonObject("delivery").getString("status")).isEqualTo("pending");
        assertThat(
                database.rows("SELECT status, step, attempts, due_at <= now() FROM webhook_delivery WHERE id = ?", delivered))
                .containsExactly("pending 0 3 t");
        assertThat(database.rows("SELECT step, claimed_at IS NULL FROM webhook_delivery WHERE id = ?", onItsWay))
                .containsExactly("1 f");
    }

    @Test
    void shouldSendAgainWhatFailedSinceATimeOnce() {
        // Given
        UUID id = UUID.fromString(made().getString("id"));
        UUID old = TestWebhooks.delivery(database, id);
        List.of("failed", "discarded", "delivered").forEach(status -> database.execute(
                "UPDATE webhook_delivery SET status = ? WHERE id = ?", status, TestWebhooks.delivery(database, id)));
        database.execute("UPDATE webhook_delivery SET status = 'failed', created_at = '2020-01-01T00:00:00Z' WHERE id = ?",
                old);
        JsonObject since = new JsonObject().put("since", "2026-01-01T00:00:00+01:00");
        Map<String, Object> request = Map.of("id", "" + id, "Idempotency-Key", "again-1");

        // When
        String first = text(call("redeliver", since, request));
        database.execute("UPDATE webhook_delivery SET status = 'failed' WHERE status = 'pending'");
        String second = text(call("redeliver", since, request));

        // Then
        assertThat(first).isEqualTo("{\"redelivered\":2}").isEqualTo(second);
        assertThat(database.value("SELECT count(*) FROM webhook_delivery WHERE status = 'pending'")).isEqualTo("0");
    }

    @Test
    void shouldSendNothingAgainToADisabledEndpoint() {
        // Given
        UUID id = UUID.fromString(made().getString("id"));
        UUID delivery = TestWebhooks.delivery(database, id);
        call("change", new JsonObject().put("url", URL).put("enabled", false), Map.of("id", "" + id));

        // When
        Exchange answer = call("redeliver-one", null, Map.of("id", "" + id, "deliveryId", "" + delivery));

        // Then
        assertThat(status(answer)).isEqualTo(409);
        assertThat(database.value("SELECT status FROM webhook_delivery")).isEqualTo("discarded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"since\":\"yesterday\"}", "{\"since\":1}", "{\"since\":\"2026-01-01\"}"})
    void shouldNameABadTime(String body) {
        // Given
        String id = made().getString("id");

        // When
        Exchange answer = call("redeliver", new JsonObject(body), Map.of("id", id));

        // Then
        assertThat(status(answer)).isEqualTo(422);
        assertThat(text(answer)).contains("\"field\":\"since\"");
    }
}
