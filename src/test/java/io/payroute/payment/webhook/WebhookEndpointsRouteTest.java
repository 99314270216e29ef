package io.payroute.payment.webhook;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.TestRoles;
import io.payroute.platform.access.OutboundGuard;
import io.payroute.platform.http.Problems;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.oas.models.media.Schema;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class WebhookEndpointsRouteTest {

    /** Well-formed, and of the year 999999999. */
    private static final String FAR_CURSOR = "cursor=Kzk5OTk5OTk5OS0xMi0zMVQyMzo1OTo1OVovMDFhMWZkMGEtMWRkYS03MWFkLWJlODUtYjM1MzEzNmU2MTFk";

    private static final String URL = "https://shop.example.com/hooks";
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        WebhookEndpoints endpoints = new WebhookEndpoints(TestRoles.databases(database.dataSource()), TestWebhooks.SECRETS,
                TestWebhooks.settings());
        OutboundGuard guard = new OutboundGuard(false, List.of(), host -> new InetAddress[]{
                InetAddress.getByName(host.equals("intranet.example.com") ? "10.0.0.1" : "93.184.215.14")});
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("webhookEndpointHandler",
                new WebhookEndpointHandler(endpoints, guard, TestWebhooks.SECRETS));
        context.getRegistry().bind("webhookDeliveryHandler",
                new WebhookDeliveryHandler(new WebhookDeliveries(TestRoles.databases(database.dataSource()))));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/60-webhook-endpoints.camel.yaml");
        for (String route : List.of("create", "list", "get", "change", "patch", "delete", "rotate", "deliveries",
                "redeliver-one",
                "redeliver")) {
            AdviceWith.adviceWith(context, "payment-webhook-" + route, advice -> advice.replaceFromWith("direct:" + route));
        }
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

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

    @Test
    void shouldKeepNoSecretOfADeletedEndpoint() {
        // Given
        String id = made().getString("id");
        TestWebhooks.delivery(database, UUID.fromString(id));
        call("rotate", null, Map.of("id", id));

        // When
        Exchange answer = call("delete", null, Map.of("id", id));

        // Then
        assertThat(status(answer)).isEqualTo(204);
        assertThat(status(get(id, "shop"))).isEqualTo(404);
        assertThat(status(call("delete", null, Map.of("id", id)))).isEqualTo(404);
        assertThat(database.rows("SELECT status, secret FROM webhook_endpoint")).containsExactly("deleted null");
        assertThat(database.count("webhook_old_secret")).isZero();
        assertThat(database.value("SELECT status FROM webhook_delivery")).isEqualTo("discarded");
    }

    @Test
    void shouldLetTheOldSecretSignForAWhileAfterARotation() {
        // Given
        JsonObject made = made();
        Map<String, Object> request = Map.of("id", made.getString("id"), "Idempotency-Key", "r1");

        // When
        JsonObject rotated = endpoint(call("rotate", null, request));
        JsonObject repeated = endpoint(call("rotate", null, request));

        // Then
        assertThat(rotated.getString("secret")).startsWith("whsec_").isNotEqualTo(made.getString("secret"));
        assertThat(repeated).isEqualTo(rotated);
        assertThat(database.rows("SELECT until BETWEEN now() + interval '23 h' AND now() + interval '25 h' "
                + "FROM webhook_old_secret")).containsExactly("t");
        assertThat(secret("SELECT secret FROM webhook_old_secret", made)).isEqualTo(made.getString("secret"));
        assertThat(secret("SELECT secret FROM webhook_endpoint", made)).isEqualTo(rotated.getString("secret"));
        assertThat(rotated.getString("previous_secret_until")).isNotNull();
    }

    @Test
    void shouldKeepTheFirstSecretForItsTimeWhenASecondRotationFollows() {
        // Given
        JsonObject made = made();
        call("rotate", null, Map.of("id", made.getString("id")));
        database.execute("UPDATE webhook_old_secret SET until = now() + interval '1 min'");

        // When
        JsonObject second = endpoint(call("rotate", null, Map.of("id", made.getString("id"))));

        // Then
        assertThat(database.count("webhook_old_secret")).isEqualTo(2);
        assertThat(secret("SELECT secret FROM webhook_old_secret WHERE until < now() + interval '2 min'", made))
                .isEqualTo(made.getString("secret"));
        assertThat(secret("SELECT secret FROM webhook_endpoint", made)).isEqualTo(second.getString("secret"));
        assertThat(Instant.parse(second.getString("previous_secret_until"))).isAfter(Instant.now().plus(23, ChronoUnit.HOURS));
    }

    @Test
    void shouldRefuseARotationThatWouldMakeTooManySignatures() {
        // Given
        JsonObject made = made();
        Map<String, Object> request = Map.of("id", made.getString("id"));
        IntStream.range(0, WebhookEndpoints.MOST_OLD_SECRETS).forEach(i -> call("rotate", null, request));

        // When
        Exchange answer = call("rotate", null, request);

        // Then
        assertThat(status(answer)).isEqualTo(409);
        database.execute("UPDATE webhook_old_secret SET until = now() WHERE ctid = (SELECT max(ctid) FROM webhook_old_secret)");
        assertThat(status(call("rotate", null, request))).isEqualTo(200);
    }

    @Test
    void shouldTellHowLongAnOldSecretSignsByTheClockOfTheDatabase() {
        // Given
        JsonObject made = made();
        Map<String, Object> request = Map.of("id", made.getString("id"), "Idempotency-Key", "r1");
        database.clockAhead(Duration.ofDays(-3));
        call("rotate", null, request);

        // When
        JsonObject signing = endpoint(call("get", null, request));
        database.execute("UPDATE webhook_old_secret SET until = now()");
        JsonObject over = endpoint(call("get", null, request));

        // Then
        assertThat(signing.containsKey("previous_secret_until")).isTrue();
        assertThat(over.containsKey("previous_secret_until")).isFalse();
    }

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

    private String secret(String query, JsonObject endpoint) {
        UUID id = UUID.fromString(endpoint.getString("id"));
        String hex = database.value("SELECT encode((" + query + "), 'hex')");
        return WebhookSecret.open(TestWebhooks.SECRETS, id, java.util.HexFormat.of().parseHex(hex)).text();
    }

    private static List<String> ids(JsonObject page) {
        return page.getJsonArray("deliveries").stream().map(one -> ((JsonObject) one).getString("id")).toList();
    }

    private JsonObject made() {
        return endpoint(call("create", new JsonObject().put("url", URL), Map.of()));
    }

    private Exchange get(String id, String caller) {
        return call("get", null, Map.of("id", id, "X-Payroute-Caller", caller));
    }

    private Exchange call(String route, JsonObject body, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:" + route, exchange -> {
            Map<String, Object> all = new HashMap<>(Map.of("X-Payroute-Caller", "shop", "CamelHttpPath", "/x"));
            all.putAll(headers);
            exchange.getMessage().setHeaders(all);
            exchange.getMessage().setBody(body == null ? null : body.encode().getBytes(StandardCharsets.UTF_8));
        });
    }

    private static int status(Exchange answer) {
        assertThat(answer.getException()).isNull();
        return answer.getMessage().getHeader("CamelHttpResponseCode", Integer.class);
    }

    private static String text(Exchange answer) {
        return answer.getMessage().getBody(String.class);
    }

    private static JsonObject endpoint(Exchange answer) {
        return new JsonObject(text(answer)).getJsonObject("webhook_endpoint");
    }
}
