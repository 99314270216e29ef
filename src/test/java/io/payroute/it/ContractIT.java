package io.payroute.it;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Calls every operation of openapi.yaml, and holds requests and answers to it. */
@Timeout(300)
class ContractIT {

    private static final String NOBODY = UUID.randomUUID().toString();
    private static final String PAY = "{\"userId\":\"user-1\",\"amount\":12.5,\"method\":\"card\"}";
    private static final String CREATE = "{\"user_id\":\"user-1\",\"amount\":\"30.00\",\"currency\":\"EUR\"}";

    private final Application application = Application.shared();
    private final Contract contract = new Contract(application);

    ContractIT() throws IOException {
    }

    @Test
    void shouldKeepTheContractInEveryOperation() throws Exception {
        // When
        payments();
        operations();
        mails();
        operators();
        reconciliations();
        apiKeys();
        webhookEndpoints();
        providers();
        disputes();
        users();
        aggregated();
        new ShopCalls(application, contract).all();

        // Then
        assertThat(contract.left()).isEmpty();
    }

    @Test
    void shouldServeAPageThatShowsTheContract() throws Exception {
        // When
        String page = application.get("/q/swagger-ui/").body();

        // Then
        for (String part : List.of("swagger-ui.css", "swagger-ui-bundle.js", "page.js")) {
            assertThat(page).contains("/q/swagger-ui/" + part);
            assertThat(application.get("/q/swagger-ui/" + part).statusCode()).as(part).isEqualTo(200);
        }
        assertThat(application.get("/q/swagger-ui/page.js").body()).contains("/openapi.yaml");
    }

    @Test
    void shouldLetMoreRequestsWaitThanItHasThreadsOrPermits() throws Exception {
        // Given
        int requests = 300;
        ExecutorService clients = Executors.newFixedThreadPool(requests);
        Callable<HttpResponse<String>> slow = () -> application.send(application.request("/process-payment")
                .header("Content-Type", "application/json").POST(BodyPublishers
                        .ofString("{\"userId\":\"user-1\",\"amount\":40.04,\"method\":\"card\"}")));
        List<Future<HttpResponse<String>>> answers = new ArrayList<>();

        // When
        for (int i = 0; i < requests; i++) {
            answers.add(clients.submit(slow));
        }

        // Then
        for (Future<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().statusCode()).as(answer.get().body()).isIn(200, 202);
        }
        clients.shutdown();
    }

    private void payments() throws Exception {
        contract.call(202, "POST", "/pay", PAY, "Idempotency-Key", NOBODY);
        contract.call(202, "POST", "/pay", PAY, "Idempotency-Key", NOBODY);
        contract.call(422, "POST", "/pay", PAY.replace("12.5", "13"), "Idempotency-Key", NOBODY);
        contract.call(400, "POST", "/pay", "{");
        contract.call(415, "POST", "/pay", PAY, "Content-Type", "text/plain");
        contract.call(200, "POST", "/process-payment", PAY);
        contract.call(422, "POST", "/process-payment", PAY.replace("12.5", "-1"));
        contract.call(200, "GET", "/process-payment", null);
        contract.call(201, "POST", "/api/v1/payments", "{\"amount\":1,\"currency\":\"USD\"}", "X-User-ID", NOBODY);
        contract.call(422, "POST", "/api/v1/payments", CREATE.replace("EUR", "EURO"));
        contract.call(422, "POST", "/api/v1/payments", CREATE.replace("}", ",\"provider\":\"nobody\"}"));
        JsonObject page = json(contract.call(200, "GET", "/api/v1/payments?limit=1&status=completed", null));
        contract.call(200, "GET", "/api/v1/payments?limit=100&user_id=user-1", null);
        if (page.getString("next_cursor") != null) {
            contract.call(200, "GET", "/api/v1/payments?cursor=" + page.getString("next_cursor"), null);
        }
        contract.call(422, "GET", "/api/v1/payments?limit=101", null);
        contract.call(422, "GET", "/api/v1/payments?cursor=nonsense", null);
        contract.call(200, "GET", "/api/v1/payments/metrics/stats", null);
        contract.call(404, "GET", "/api/v1/payments/" + NOBODY, null);
        contract.call(404, "GET", "/api/v1/payments/" + NOBODY + "/events", null);
        contract.call(200, "GET", "/health", null);
    }

    private void operations() throws Exception {
        String captured = created(CREATE.replace("}", ",\"capture\":false}"), "authorized");
        contract.call(200, "POST", path(captured, "capture"), "{\"amount\":20}", "Idempotency-Key", captured);
        contract.call(422, "POST", path(captured, "refunds"), "{\"amount\":0}");
        contract.call(200, "POST", path(captured, "refunds"), "{\"amount\":\"5.00\"}");
        contract.call(200, "POST", path(captured, "refunds"), null);
        contract.call(409, "POST", path(captured, "refunds"), null);
        contract.call(409, "POST", path(captured, "cancel"), null);
        contract.call(404, "POST", path(NOBODY, "capture"), null);
        contract.call(409, "POST", path(captured, "approve"), "{\"reason\":\"known customer\"}");
        contract.call(404, "POST", path(NOBODY, "approve"), null);
        contract.call(409, "POST", path(captured, "reject"), "{\"reason\":\"stolen card\"}");
        contract.call(422, "POST", path(captured, "reject"), null);
        String cancelled = created(CREATE.replace("}", ",\"capture\":false}"), "authorized");
        contract.call(200, "POST", path(cancelled, "cancel"), "{}");
        contract.call(409, "POST", path(cancelled, "capture"), null);
        contract.call(200, "GET", "/api/v1/payments/" + captured, null);
        JsonArray history = json(contract.call(200, "GET", path(captured, "events"), null)).getJsonArray("events");
        assertThat(history.stream().map(event -> ((JsonObject) event).getString("type"))).contains("payment.created",
                "provider.chosen", "payment.status", "provider.call", "operation.requested", "operation.ended");
    }

    private void aggregated() throws Exception {
        contract.call(200, "GET", "/api/v1/aggregator/payments", null);
        contract.call(200, "GET", "/api/v1/aggregator/payments?limit=1&status=completed&provider=stripe", null);
        contract.call(422, "GET", "/api/v1/aggregator/payments?limit=101", null);
        contract.call(422, "GET", "/api/v1/aggregator/payments?cursor=NONSENSE", null);
        // A stream has no end that this client could wait for.
        contract.call(422, "GET", "/api/v1/aggregator/stream?cursor=NONSENSE", null);
        contract.call(422, "GET", "/api/v1/aggregator/stream?status=odd", null);
    }

    private void mails() throws Exception {
        String id = created(CREATE, "completed");
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(
                json(contract.call(200, "GET", path(id, "events"), null)).getJsonArray("events").encode())
                .contains("\"type\":\"mail.sent\"", "\"template\":\"payment-completed\""));
        JsonObject told = json(contract.call(200, "GET", "/api/v1/notifications?status=sent&limit=1&payment_id=" + id, null))
                .getJsonArray("notifications").getJsonObject(0);
        assertThat(told.getString("recipient")).contains("***");
        contract.call(200, "GET", "/api/v1/notifications?recipient=ada@example.com&cursor=7", null);
        contract.call(422, "GET", "/api/v1/notifications?status=lost", null);
    }

    private void reconciliations() throws Exception {
        String body = "{\"provider\":\"sandbox\",\"from\":\"2026-01-01\",\"to\":\"2026-01-02\"}";
        String path = contract.call(202, "POST", "/api/v1/reconciliations", body).headers().firstValue("Location")
                .orElseThrow();
        contract.call(422, "POST", "/api/v1/reconciliations", body.replace("sandbox", "nobody"));
        contract.call(200, "GET", "/api/v1/reconciliations", null);
        contract.call(404, "GET", "/api/v1/reconciliations/" + NOBODY, null);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                contract.call(200, "GET", path, null).body()).contains("\"status\":\"completed\""));
        assertThat(contract.call(200, "GET", path + "/file", null).body()).startsWith("kind,payment_id,");
    }

    private void users() throws Exception {
        contract.call(200, "GET", "/.well-known/jwks.json", null);
        String id = UserClient.of(application).register("contract@example.com").getUserId();
        contract.call(200, "PUT", "/api/v1/users/" + id + "/admin", null);
        contract.call(200, "DELETE", "/api/v1/users/" + id + "/admin", null);
        contract.call(404, "PUT", "/api/v1/users/" + NOBODY + "/admin", null);
    }

    private void operators() throws Exception {
        for (String role : List.of("payment", "notification", "user")) {
            contract.call(200, "GET", "/api/v1/dead-letters/" + role + "?after=0&replayed=false", null);
        }
        contract.call(404, "GET", "/api/v1/dead-letters/nobody", null);
        contract.call(200, "GET", "/api/v1/routes", null);
        contract.call(200, "POST", "/api/v1/routes/reload", null);
        contract.call(200, "GET", "/api/v1/routes/reloads", null);
        contract.call(404, "GET", "/api/v1/dead-letters/payment/9999999", null);
        contract.call(404, "PUT", "/api/v1/dead-letters/payment/9999999", PAY);
        contract.call(422, "POST", "/api/v1/dead-letters/payment/replay", "{}");
        contract.call(200, "POST", "/api/v1/dead-letters/payment/discard", "{\"ids\":[9999999],\"reason\":\"a test\"}");
        contract.call(422, "POST", "/api/v1/dead-letters/payment/discard", "{\"ids\":[1]}");
        contract.call(404, "POST", "/api/v1/notifications/9999999/send", null);
    }

    private void webhookEndpoints() throws Exception {
        String path = "/api/v1/webhook-endpoints";
        String[] owner = {"X-User-ID", "owner-" + NOBODY};
        String request = "{\"url\":\"http://127.0.0.1:1999/hooks\",\"events\":[\"payment.completed\"]}";
        JsonObject made = json(contract.call(201, "POST", path, request, owner)).getJsonObject("webhook_endpoint");
        contract.call(422, "POST", path, "{\"url\":\"http://169.254.169.254/\"}", owner);
        String one = path + "/" + made.getString("id");
        contract.call(200, "GET", path, null, owner);
        contract.call(200, "GET", one, null, owner);
        contract.call(404, "GET", one, null, "X-User-ID", "another");
        contract.call(200, "PUT", one, request.replace("}", ",\"enabled\":true}"), owner);
        contract.call(200, "PATCH", one, "{\"description\":\"the shop\"}", owner);
        contract.call(200, "POST", one + "/rotate-secret", null, owner);
        created(CREATE, "completed");
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(
                json(contract.call(200, "GET", one + "/deliveries?limit=5", null, owner)).getJsonArray("deliveries"))
                .isNotEmpty());
        String delivery = json(contract.call(200, "GET", one + "/deliveries", null, owner)).getJsonArray("deliveries")
                .getJsonObject(0).getString("id");
        contract.call(202, "POST", one + "/deliveries/" + delivery + "/redeliver", null, owner);
        contract.call(404, "POST", one + "/deliveries/" + NOBODY + "/redeliver", null, owner);
        contract.call(202, "POST", one + "/redeliver", "{\"since\":\"2026-01-01T00:00:00Z\"}", owner);
        contract.call(422, "POST", one + "/redeliver", "{\"since\":\"yesterday\"}", owner);
        contract.call(204, "DELETE", one, null, owner);
        contract.call(404, "DELETE", one, null, owner);
    }

    private void providers() throws Exception {
        contract.call(400, "POST", "/webhooks/sandbox", "{\"id\":\"evt_1\"}", "Sandbox-Signature", "t=1,v1=00");
        contract.call(404, "POST", "/webhooks/nobody", "{\"id\":\"evt_1\"}");
        contract.call(200, "GET", "/api/v1/provider-events?limit=1&status=waiting", null);
        contract.call(422, "GET", "/api/v1/provider-events?status=lost", null);
        contract.call(404, "GET", "/api/v1/provider-events/" + NOBODY, null);
        contract.call(404, "POST", "/api/v1/provider-events/" + NOBODY + "/replay", null);
    }

    private void disputes() throws Exception {
        String id = created(CREATE, "completed");
        sandbox(id, "dispute.opened", "2026-11-20T10:00:00Z");
        sandbox(id, "dispute.funds_withdrawn", "2026-11-20T10:00:01Z");
        await().atMost(Application.PATIENCE).untilAsserted(() -> {
            JsonObject payment = json(contract.call(200, "GET", "/api/v1/payments/" + id, null)).getJsonObject("payment");
            assertThat(payment.getString("status")).isEqualTo("completed");
            assertThat(payment.getString("dispute_status")).isEqualTo("open");
            assertThat(payment.getLong("charged_back_minor")).isEqualTo(payment.getLong("amount_minor"));
        });
        contract.call(409, "POST", path(id, "refunds"), null);
        assertThat(contract.call(200, "GET", path(id, "events"), null).body()).contains("\"dispute.opened\"",
                "\"dispute.funds_withdrawn\"");
        String failed = created(CREATE, "completed");
        sandbox(failed, "capture.failed", "2026-11-20T10:00:00Z");
        application.awaitStatus(failed, "failed");
        sandbox(failed, "brand.new", "2026-11-20T10:00:00Z");
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(
                contract.call(200, "GET", "/api/v1/provider-events?status=undeclared", null).body()).contains("brand.new"));
    }

    private void sandbox(String payment, String type, String at) throws Exception {
        String event = new JsonObject().put("id", "evt_" + payment + type).put("type", type).put("payment_id", payment)
                .put("reference", "sandbox_" + payment).put("dispute_reference", "dispute_" + payment)
                .put("amount_minor", 3_000).put("currency", "EUR").put("reason", "fraudulent").put("created_at", at).encode();
        contract.call(200, "POST", "/webhooks/sandbox", event, "Sandbox-Signature", Application.sandboxSignature(event));
    }

    private void apiKeys() throws Exception {
        JsonObject made = json(
                contract.call(201, "POST", "/api/v1/api-keys", "{\"name\":\"shop-1\",\"scope\":\"payments:read\"}"));
        contract.call(422, "POST", "/api/v1/api-keys", "{\"name\":\"shop 1\",\"scope\":\"payments:read\"}");
        contract.call(200, "GET", "/api/v1/api-keys", null);
        String token = "Bearer " + made.getString("key");
        contract.call(200, "GET", "/api/v1/payments/metrics/stats", null, "Authorization", token);
        contract.call(403, "POST", "/api/v1/payments", CREATE, "Authorization", token);
        contract.call(401, "GET", "/api/v1/payments", null, "Authorization", "Bearer nobody's");
        contract.call(204, "DELETE", "/api/v1/api-keys/" + made.getJsonObject("api_key").getString("id"), null);
        contract.call(404, "DELETE", "/api/v1/api-keys/" + NOBODY, null);
    }

    private String created(String body, String status) throws Exception {
        String id = json(contract.call(201, "POST", "/api/v1/payments", body)).getString("payment_id");
        application.awaitStatus(id, status);
        return id;
    }

    private static String path(String payment, String verb) {
        return "/api/v1/payments/" + payment + "/" + verb;
    }

    private static JsonObject json(HttpResponse<String> answer) {
        return new JsonObject(answer.body());
    }
}
