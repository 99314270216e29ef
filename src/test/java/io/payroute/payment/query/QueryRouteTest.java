package io.payroute.payment.query;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.access.AccessGuard;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class QueryRouteTest extends QueryRoutes {

    @Test
    void shouldShowAPayment() {
        // Given
        UUID id = UUID.randomUUID();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'JPY', 'card', 'sandbox')", id);

        // When
        Exchange answer = get(id.toString());

        // Then
        JsonObject payment = new JsonObject(answer.getMessage().getBody(String.class)).getJsonObject("payment");
        assertThat(payment.getString("id")).isEqualTo(id.toString());
        assertThat(payment.getString("status")).isEqualTo("pending");
        assertThat(payment.getString("currency")).isEqualTo("JPY");
        assertThat(payment.getInteger("amount")).isEqualTo(4999);
        assertThat(payment.getLong("amount_minor")).isEqualTo(4999);
        assertThat(payment.getString("description")).isEmpty();
        assertThat(payment.fieldNames()).doesNotContain("reason", "email", "processed_at");
        assertThat(answer.getMessage().getHeaders()).containsOnlyKeys("Content-Type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "7", "no-uuid", "' OR 1=1 --", "../../etc/passwd"})
    void shouldNotFindWhatDoesNotExist(String id) {
        // When
        Exchange answer = get(id);

        // Then
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(404);
        assertThat(answer.getMessage().getHeader("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.getMessage().getBody(String.class)).contains("There is no payment with this id.");
    }

    @Test
    void shouldKnowAPaymentByItsWholeIdOnly() {
        // Given
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES ('00000001-0001-0001-0001-000000000001', 'user-1', 4999, 'JPY', 'card', 'sandbox')");

        // When
        Exchange answer = get("1-1-1-1-1");

        // Then
        assertThat(status(answer)).isEqualTo(404);
    }

    @Test
    void shouldShowWhatIsContestedAndWhatWasChargedBack() {
        // Given
        String id = insert("user-1", 10_000, "USD", 1);
        database.execute(
                "UPDATE payment SET disputed_minor = 2500, charged_back_minor = 1050, dispute_status = 'under_review'");

        // When
        JsonObject payment = body(call("get", Map.of("id", id))).getJsonObject("payment");

        // Then
        assertThat(payment.getString("dispute_status")).isEqualTo("under_review");
        assertThat(payment.getValue("disputed_amount")).hasToString("25.0");
        assertThat(payment.getInteger("disputed_minor")).isEqualTo(2_500);
        assertThat(payment.getValue("charged_back_amount")).hasToString("10.5");
        JsonObject stats = body(call("stats", Map.of())).getJsonObject("stats");
        assertThat(stats.getInteger("disputed_payments")).isEqualTo(1);
        assertThat(stats.getJsonObject("disputed_amount").getValue("USD")).hasToString("25.0");
        assertThat(stats.getJsonObject("charged_back_amount").getValue("USD")).hasToString("10.5");
    }

    @Test
    void shouldShowAUserHisOwnPaymentsOnly() {
        // Given
        String own = insert("user-1", 1000, "USD", 1);
        String other = insert("user-2", 2000, "USD", 2);
        Map<String, Object> user = Map.of("X-Payroute-User", "user-1");

        // When
        Map<String, Object> answers = new LinkedHashMap<>();
        answers.put("own", status(call("get", with(user, "id", own))));
        answers.put("other", status(call("get", with(user, "id", other))));
        answers.put("events of own", status(call("events", with(user, "id", own))));
        answers.put("events of other", status(call("events", with(user, "id", other))));
        answers.put("list of other", status(call("list", with(user, "user_id", "user-2"))));
        answers.put("list", body(call("list", user)).getJsonArray("payments").size());
        answers.put("sum", body(call("stats", user)).getJsonObject("stats").getJsonObject("total_amount").getValue("USD"));

        // Then
        assertThat(answers).containsExactly(entry("own", 200), entry("other", 404), entry("events of own", 200),
                entry("events of other", 404), entry("list of other", 403), entry("list", 1), entry("sum", 10.0));
    }

    @Test
    void shouldCountAndSumAsTheTableDoes() {
        // Given
        insert("user-1", 1050, "USD", 1);
        insert("user-2", 250, "USD", 2);
        String yen = insert("user-1", 4999, "JPY", 3);
        database.execute("UPDATE payment SET status = 'processing' WHERE id = ?::uuid", yen);
        database.execute("UPDATE payment SET status = 'completed', captured_minor = 4999 WHERE id = ?::uuid", yen);
        database.execute("UPDATE payment SET status = 'partially_refunded', refund_claimed_minor = 99, refunded_minor = 99 "
                + "WHERE id = ?::uuid", yen);

        // When
        Exchange answer = call("stats", Map.of());

        // Then
        JsonObject stats = body(answer).getJsonObject("stats");
        assertThat(stats.getInteger("total_payments")).isEqualTo(3);
        assertThat(stats.getInteger("pending_payments")).isEqualTo(2);
        assertThat(stats.getInteger("completed_payments")).isZero();
        assertThat(stats.getInteger("partially_refunded_payments")).isEqualTo(1);
        assertThat(answer.getMessage().getBody(String.class)).contains("\"total_amount\":{\"JPY\":4999,\"USD\":13.00}",
                "\"captured_amount\":{\"JPY\":4999,\"USD\":0.00}", "\"refunded_amount\":{\"JPY\":99,\"USD\":0.00}");
    }

    @Test
    void shouldKeepWhatWentWrongInsideFromAUser() {
        // Given
        UUID id = UUID.fromString(insert("user-1", 1050, "USD", 1));
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, "
                + "ended_at) VALUES (?, 'sandbox', 'charge', 1, 'unanswered', 'ConnectException: 10.0.0.7', now(), now())", id);

        // When
        Exchange answer = call("events", Map.of("id", id.toString(), AccessGuard.USER_HEADER, "user-1"));

        // Then
        assertThat(answer.getMessage().getBody(String.class)).contains("unanswered").doesNotContain("10.0.0.7");
        assertThat(call("events", Map.of("id", id.toString())).getMessage().getBody(String.class)).contains("10.0.0.7");
    }

    @Test
    void shouldListTheWholeHistoryOldestFirst() {
        // Given
        UUID id = UUID.fromString(insert("user-1", 1050, "USD", 1));
        UUID refund = UUID.randomUUID();
        database.execute("UPDATE payment SET provider_rule = 'usd-cards', requested_by = 'shop' WHERE id = ?", id);
        database.execute("INSERT INTO payment_transition (payment_id, from_status, to_status, reason, at) "
                + "VALUES (?, 'pending', 'processing', NULL, 'epoch'::timestamptz + interval '2 s'), "
                + "(?, 'processing', 'completed', NULL, 'epoch'::timestamptz + interval '4 s')", id, id);
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, "
                + "ended_at) VALUES (?, 'sandbox', 'charge', 1, 'completed', 'ref-1', 'epoch'::timestamptz + interval '3 s', "
                + "'epoch'::timestamptz + interval '3.5 s')", id);
        database.execute("INSERT INTO payment_operation (id, payment_id, kind, amount_minor, status, requested_by, provider, "
                + "due_at, created_at, ended_at) VALUES (?, ?, 'refund', 50, 'succeeded', 'desk', 'sandbox', NULL, "
                + "'epoch'::timestamptz + interval '6 s', 'epoch'::timestamptz + interval '7 s')", refund, id);
        database.execute("INSERT INTO payment_event (payment_id, type, detail, at) VALUES (?, 'mail.sent', "
                + "'{\"template\": \"payment-completed\"}', 'epoch'::timestamptz + interval '5 s')", id);
        database.execute("INSERT INTO provider_event (id, provider, event_id, type, kind, payment_id, payload, status, "
                + "received_at) VALUES (?, 'stripe', 'evt_1', 'charge.refunded', 'refunded', ?, '', 'applied', "
                + "'epoch'::timestamptz + interval '8 s')", UUID.randomUUID(), id);
        UUID endpoint = UUID.randomUUID();
        database.execute("INSERT INTO webhook_endpoint (id, owner, url, secret) VALUES (?, 'shop', 'https://x.test', '')",
                endpoint);
        database.execute("INSERT INTO webhook_delivery (endpoint_id, payment_id, event_id, type, payload, created_at) VALUES "
                + "(?, ?, 'event-1', 'payment.completed', '{}', 'epoch'::timestamptz + interval '9 s')", endpoint, id);
        database.execute("INSERT INTO dead_letter (source, message_key, event_id, event_type, content_type, payload, route_id, "
                + "cause, attempts, created_at) VALUES ('payment-topic', convert_to(?::text, 'UTF8'), 'event-2', 'x', 'y', '', "
                + "'payment-decode', 'bad', 1, 'epoch'::timestamptz + interval '10 s')", id);
        insert("user-1", 1, "USD", 1);

        // When
        JsonArray events = body(call("events", Map.of("id", id.toString()))).getJsonArray("events");

        // Then
        assertThat(events.stream().map(one -> ((JsonObject) one).getString("type"))).containsExactly("payment.created",
                "provider.chosen", "payment.status", "provider.call", "payment.status", "mail.sent", "operation.requested",
                "operation.ended", "provider.event", "webhook", "dead-letter.stored");
        assertThat(events.stream().map(one -> ((JsonObject) one).getInstant("at"))).isSorted();
        assertThat(events.getJsonObject(0)).isEqualTo(new JsonObject("{\"at\":\"1970-01-01T00:00:01Z\",\"type\":"
                + "\"payment.created\",\"user_id\":\"user-1\",\"requested_by\":\"shop\",\"amount\":10.50,\"amount_minor\":1050,\"currency\":\"USD\","
                + "\"method\":\"card\",\"capture\":true}"));
        assertThat(events.getJsonObject(1).getString("rule")).isEqualTo("usd-cards");
        assertThat(events.getJsonObject(3)).isEqualTo(new JsonObject("{\"at\":\"1970-01-01T00:00:03Z\",\"type\":"
                + "\"provider.call\",\"provider\":\"sandbox\",\"operation\":\"charge\",\"attempt\":1,\"outcome\":"
                + "\"completed\",\"detail\":\"ref-1\",\"ended_at\":\"1970-01-01T00:00:03.500Z\"}"));
        assertThat(events.getJsonObject(6).getString("requested_by")).isEqualTo("desk");
        assertThat(events.getJsonObject(7).getString("status")).isEqualTo("succeeded");
        assertThat(events.getJsonObject(8).getString("event_type")).isEqualTo("charge.refunded");
        assertThat(events.getJsonObject(9).getString("status")).isEqualTo("pending");
        assertThat(events.getJsonObject(10).getString("reason")).isEqualTo("bad");
    }

    @Test
    void shouldListNoHistoryOfWhatDoesNotExist() {
        // When
        Exchange answer = call("events", Map.of("id", UUID.randomUUID().toString()));

        // Then
        assertThat(status(answer)).isEqualTo(404);
    }
}
