package io.payroute.payment.webhook;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.oas.models.media.Schema;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class WebhookEndpointsRouteTest extends EndpointRoutes {

    @Test
    void shouldMakeAnEndpointAndShowItsSecretThisOnce() {
        // When
        Exchange answer = call("create",
                new JsonObject().put("url", URL).put("events", new JsonArray().add("payment.completed"))
                        .put("description", "the shop").put("alert_email", "ada@example.com"),
                Map.of());

        // Then
        assertThat(status(answer)).isEqualTo(201);
        JsonObject made = endpoint(answer);
        assertThat(made.getString("secret")).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(made.getString("url")).isEqualTo(URL);
        assertThat(made.getJsonArray("events")).containsExactly("payment.completed");
        assertThat(made.getBoolean("enabled")).isTrue();
        assertThat(answer.getMessage().getHeader("Location")).isEqualTo("/api/v1/webhook-endpoints/" + made.getString("id"));
        assertThat(text(get(made.getString("id"), "shop")) + text(call("list", null, Map.of())))
                .contains(URL, "the shop", "ada@example.com").doesNotContain("secret", "whsec_");
        assertThat(database.value("SELECT encode(secret, 'escape') FROM webhook_endpoint")).doesNotContain("whsec_");
    }

    @Test
    void shouldMakeOneEndpointOfARepeatedRequestAndShowTheSameSecret() {
        // Given
        JsonObject body = new JsonObject().put("url", URL);
        Exchange first = call("create", body, Map.of("Idempotency-Key", "k1"));

        // When
        Exchange second = call("create", body, Map.of("Idempotency-Key", "k1"));

        // Then
        assertThat(endpoint(second)).isEqualTo(endpoint(first));
        assertThat(second.getMessage().getHeader("Idempotent-Replayed")).isEqualTo("true");
        assertThat(database.count("webhook_endpoint")).isEqualTo(1);
        assertThat(status(call("create", body.copy().put("description", "x"), Map.of("Idempotency-Key", "k1")))).isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|url", "{\"url\":\"http://shop.example.com/\"}|url",
            "{\"url\":\"https://intranet.example.com/\"}|url", "{\"url\":\"https://127.0.0.1./\"}|url",
            "{\"url\":\"https://a.example/\",\"events\":[\"payment.pending\"]}|events",
            "{\"url\":\"https://a.example/\",\"events\":[]}|events",
            "{\"url\":\"https://a.example/\",\"events\":\"all\"}|events",
            "{\"url\":\"https://a.example/\",\"events\":[7]}|events[0]",
            "{\"url\":\"https://a.example/\",\"alert_email\":\"nobody\"}|alert_email",
            "{\"url\":\"https://a.example/\",\"enabled\":true}|enabled",
            "{\"url\":\"https://a.example/\",\"secret\":\"x\"}|secret"})
    void shouldNameWhatIsWrongAndMakeNothing(String body, String field) {
        // When
        Exchange answer = call("create", new JsonObject(body), Map.of());

        // Then
        assertThat(status(answer)).isEqualTo(422);
        assertThat(new JsonObject(text(answer)).getJsonArray("errors").getJsonObject(0).getString("field")).isEqualTo(field);
        assertThat(database.count("webhook_endpoint")).isZero();
    }

    @Test
    void shouldTakeTheTypesOfTheContract() {
        // When
        Schema<?> types = new OpenAPIParser().readLocation("src/main/resources/META-INF/resources/openapi.yaml", null, null)
                .getOpenAPI().getComponents().getSchemas().get("WebhookType");

        // Then
        assertThat(types.getEnum().stream().map(String::valueOf)).containsExactlyInAnyOrderElementsOf(WebhookType.ALL);
    }

    @Test
    void shouldNotSayWhereARefusedNamePoints() {
        // When
        Exchange answer = call("create", new JsonObject().put("url", "https://intranet.example.com/"), Map.of());

        // Then
        assertThat(text(answer)).contains("url cannot be used").doesNotContain("10.0.0.1");
    }

    @Test
    void shouldShowAnEndpointToItsOwnerAlone() {
        // Given
        String id = made().getString("id");
        Map<String, Object> eve = Map.of("id", id, "X-Payroute-Caller", "eve", "deliveryId", UUID.randomUUID().toString());

        // When
        List<Integer> statuses = List.of(status(call("get", null, eve)),
                status(call("change", new JsonObject().put("url", "https://eve.example"), eve)),
                status(call("patch", new JsonObject().put("enabled", false), eve)), status(call("delete", null, eve)),
                status(call("rotate", null, eve)), status(call("deliveries", null, eve)),
                status(call("redeliver-one", null, eve)),
                status(call("redeliver", new JsonObject().put("since", "2026-01-01T00:00:00Z"), eve)));

        // Then
        assertThat(statuses).containsOnly(404);
        assertThat(text(call("list", null, eve))).isEqualTo("{\"webhook_endpoints\":[]}");
        assertThat(database.rows("SELECT url, status FROM webhook_endpoint")).containsExactly(URL + " enabled");
        assertThat(database.count("webhook_old_secret")).isZero();
    }

    @Test
    void shouldGiveASingleUserNoEndpoint() {
        // When
        Exchange answer = call("create", new JsonObject().put("url", URL), Map.of("X-Payroute-User", "u1"));

        // Then
        assertThat(status(answer)).isEqualTo(403);
        assertThat(database.count("webhook_endpoint")).isZero();
    }

    @Test
    void shouldKeepToTheNumberOfEndpointsThatIsAllowed() {
        // Given
        IntStream.range(0, 3).forEach(i -> made());

        // When
        Exchange answer = call("create", new JsonObject().put("url", URL), Map.of());

        // Then
        assertThat(status(answer)).isEqualTo(409);
        assertThat(database.count("webhook_endpoint")).isEqualTo(3);
    }

    @Test
    void shouldDiscardWhatWaitsWhenItsOwnerDisablesAnEndpointAndEnableItAgain() {
        // Given
        String id = made().getString("id");
        UUID delivery = TestWebhooks.delivery(database, UUID.fromString(id));
        JsonObject off = new JsonObject().put("url", URL + "/2").put("enabled", false);

        // When
        JsonObject disabled = endpoint(call("change", off, Map.of("id", id)));
        JsonObject enabled = endpoint(call("change", off.copy().put("enabled", true), Map.of("id", id)));

        // Then
        assertThat(disabled.getBoolean("enabled")).isFalse();
        assertThat(disabled.getString("disabled_reason")).isEqualTo("owner");
        assertThat(database.value("SELECT status FROM webhook_delivery WHERE id = ?", delivery)).isEqualTo("discarded");
        assertThat(enabled.getBoolean("enabled")).isTrue();
        assertThat(enabled.fieldNames()).doesNotContain("disabled_reason", "disabled_at");
        assertThat(enabled.getString("url")).isEqualTo(URL + "/2");
    }

    @Test
    void shouldChangeNothingThatAPatchDoesNotName() {
        // Given
        JsonObject said = new JsonObject().put("url", URL).put("events", new JsonArray().add("payment.completed"))
                .put("description", "the shop").put("alert_email", "ada@example.com");
        Map<String, Object> id = Map.of("id", endpoint(call("create", said, Map.of())).getString("id"));
        JsonObject before = endpoint(call("patch", new JsonObject().put("enabled", false), id));

        // When
        JsonObject changed = endpoint(call("patch", new JsonObject().put("url", URL + "/2"), id));
        JsonObject emptied = endpoint(call("patch", new JsonObject().putNull("description").putNull("events")
                .putNull("alert_email").put("enabled", true), id));

        // Then
        assertThat(before.getString("disabled_reason")).isEqualTo("owner");
        assertThat(changed.copy().put("url", URL).put("updated_at", "")).isEqualTo(before.copy().put("updated_at", ""));
        assertThat(emptied.getString("url")).isEqualTo(URL + "/2");
        assertThat(emptied.getString("description")).isEmpty();
        assertThat(emptied.getJsonArray("events")).hasSize(WebhookType.ALL.size());
        assertThat(emptied.containsKey("alert_email")).isFalse();
        assertThat(emptied.getBoolean("enabled")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"url\":null}", "{\"enabled\":null}", "{\"url\":\"http://shop.example.com/\"}",
            "{\"secret\":\"x\"}",
            "{\"events\":[]}", "{\"alert_email\":\"nobody\"}"})
    void shouldRefuseAPatchThatBreaksARule(String body) {
        // Given
        JsonObject made = made();

        // When
        Exchange answer = call("patch", new JsonObject(body), Map.of("id", made.getString("id")));

        // Then
        assertThat(status(answer)).isEqualTo(422);
        assertThat(endpoint(get(made.getString("id"), "shop")).getString("url")).isEqualTo(URL);
    }
}
