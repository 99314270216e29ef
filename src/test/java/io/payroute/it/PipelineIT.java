package io.payroute.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(300)
class PipelineIT {

    /** The last one is refused as a query parameter, the others change nothing. */
    private static final String[] HOSTILE = {"CamelHttpUri", "http://evil.example.com", "CamelHttpPath", "/evil",
            "kafka.OVERRIDE_TOPIC", "evil", "To", "eve@example.com", "Cc", "eve@example.com", "Subject", "evil",
            "mail.smtp.host", "evil.example.com", "CamelFileName", "/etc/passwd", "CamelBeanMethodName", "evil", "provider",
            "evil", "operation", "evil", "Location", "http://evil.example.com", "X-Payroute-Caller", "evil"};

    private final Application application = Application.shared();

    /** Word for word: whoever pastes a command of it gets an answer. */
    @Test
    void shouldSayTheFirstStepsSoThatTheyCanBePasted() {
        // When
        String command = application.asStarted("Read the mail curl 'localhost:8025/?to=u001@customers.test'");

        // Then
        await().untilAsserted(() -> assertThat(application.log()).contains("Payroute is ready.", command));
    }

    @Test
    void shouldPayAndTellByMail() throws Exception {
        // Given
        String address = Application.newAddress();

        // When
        HttpResponse<String> answer = application.pay(
                "{\"userId\":\"user-1\",\"amount\":49.99,\"method\":\"card\",\"email\":\"" + address + "\"}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(202);
        JsonObject body = new JsonObject(answer.body());
        assertThat(body.fieldNames()).containsExactlyInAnyOrder("message", "paymentId", "status");
        assertThat(body.getString("message")).isEqualTo("Payment submitted");
        assertThat(body.getString("status")).isEqualTo("pending");
        String id = body.getString("paymentId");
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/payments/" + id);
        JsonObject payment = application.awaitStatus(id, "completed");
        assertThat(payment.getString("provider_reference")).isEqualTo("sandbox_" + id);
        assertThat(payment.getLong("amount_minor")).isEqualTo(4999);
        assertThat(application.awaitMail(address)).contains("Subject: Payment of 49.99 USD completed", "To: " + address, id);
    }

    @Test
    void shouldTellTheAmountInTheCurrencysOwnDecimals() throws Exception {
        // Given
        String address = Application.newAddress();

        // When
        application.accepted("{\"userId\":\"user-1\",\"amount\":\"4999\",\"currency\":\"JPY\",\"method\":\"card\",\"email\":\""
                + address + "\"}");

        // Then
        assertThat(application.awaitMail(address)).contains("Subject: Payment of 4999 JPY completed");
    }

    @Test
    void shouldAnswerAsTheSandboxPromisesForEveryMagicAmount() throws Exception {
        // Given
        Map<String, String> expected = Map.of("40.02", "failed insufficient_funds", "40.03", "failed card_expired", "40.04",
                "completed null", "40.08", "completed null", "40.09", "completed null", "50.03", "completed null");
        Map<String, String> ids = new HashMap<>();

        // When
        for (String amount : expected.keySet()) {
            ids.put(amount, application.accepted("{\"userId\":\"user-1\",\"amount\":" + amount + ",\"method\":\"card\"}"));
        }

        // Then
        await().atMost(Application.PATIENCE).untilAsserted(() -> {
            Map<String, String> outcomes = new HashMap<>();
            for (Map.Entry<String, String> one : ids.entrySet()) {
                JsonObject payment = application.payment(one.getValue());
                outcomes.put(one.getKey(), payment.getString("status") + ' ' + payment.getString("reason"));
            }
            assertThat(outcomes).isEqualTo(expected);
        });
    }

    @Test
    void shouldLetNoHeaderOfARequestIn() throws Exception {
        // Given
        String address = Application.newAddress();

        // When
        HttpResponse<String> answer = application.send(application.request("/pay").headers(HOSTILE)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(
                        "{\"userId\":\"user-1\",\"amount\":12.34,\"method\":\"card\",\"email\":\"" + address + "\"}")));

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.headers().map().toString() + answer.body()).doesNotContain("evil", "eve@", "passwd");
        application.awaitStatus(new JsonObject(answer.body()).getString("paymentId"), "completed");
        assertThat(application.awaitMail(address)).contains("Subject: Payment of 12.34 USD completed").doesNotContain("evil");
        assertThat(application.mails("eve@example.com")).isEmpty();
    }

    @Test
    void shouldLetNoParameterOfARequestIn() throws Exception {
        for (int i = 0; i < HOSTILE.length - 2; i += 2) {
            // When
            HttpResponse<String> answer = application.send(application.request("/pay?" + HOSTILE[i] + "=evil")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"userId\":\"user-1\",\"amount\":12.34,\"method\":\"card\"}")));

            // Then
            assertThat(answer.statusCode()).as(HOSTILE[i]).isEqualTo(400);
            assertThat(answer.body()).doesNotContain("evil");
        }
    }

    @Test
    void shouldGiveTheFirstAnswerAgainForAKey() throws Exception {
        // Given
        String body = "{\"userId\":\"user-1\",\"amount\":5,\"method\":\"card\"}";
        String key = UUID.randomUUID().toString();
        String first = application.accepted(body, "Idempotency-Key", key);

        // When
        HttpResponse<String> again = application.pay(body, "Idempotency-Key", key);

        // Then
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(new JsonObject(again.body()).getString("paymentId")).isEqualTo(first);
    }

    @Test
    void shouldTellItsHealth() throws Exception {
        // When
        JsonObject health = new JsonObject(application.get("/health").body());

        // Then
        assertThat(health.fieldNames()).contains("status", "timestamp", "uptime_seconds", "system", "payments");
        // What others make the mail server or the sandbox refuse degrades it for a while.
        assertThat(health.getString("status")).isIn("healthy", "degraded");
        assertThat(health.getInstant("timestamp")).isNotNull();
        assertThat(health.getJsonObject("system").fieldNames()).containsExactlyInAnyOrder("threads", "memory_mb", "num_cpu");
        assertThat(health.getJsonObject("payments").fieldNames()).contains("total", "pending", "processing", "completed",
                "failed");
    }

    @Test
    void shouldMeasureEveryQueueUnderOneName() {
        await().atMost(Application.PATIENCE).untilAsserted(() -> {
            // When
            String metrics = application.get("/q/metrics").body();

            // Then
            assertThat(metrics.lines().filter(line -> line.startsWith("payroute_work_due{"))
                    .map(line -> line.replaceAll(".*queue=\"([^\"]+)\".*", "$1"))).contains("payment-charges",
                            "payment-operations", "payment-provider-events", "payment-webhooks", "payment-webhook-alerts",
                            "payment-reconciliations", "payment-outcome-hooks", "outcomes-hook-failing", "notifications",
                            "inventory-expiries", "order-sagas", "orders-stuck",
                            "outbox", "dead-letters", "payments-unknown",
                            "operations-open", "disputes-open", "provider-conflicts", "provider-events-waiting",
                            "provider-events-open", "webhook-endpoints-disabled");
            assertThat(metrics).contains("payroute_work_oldest_age_seconds{queue=\"payment-charges\",role=\"payment\"}");
        });
    }

    @Test
    void shouldKeepEveryAcceptedPaymentWhenItIsStoppedUnderLoad() throws Exception {
        // Given
        Queue<String> accepted = new ConcurrentLinkedQueue<>();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 4; i++) {
            clients.submit(() -> payUntilRefused(accepted));
        }
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(accepted).hasSizeGreaterThan(150));

        long logged = application.logged();
        long before = System.nanoTime();

        // When
        application.stop();

        // Then
        double seconds = (System.nanoTime() - before) / 1e9;
        System.out.printf("Stopped under load in %.1f s.%n", seconds);
        assertThat(application.warnings(logged)).isEmpty();
        assertThat(seconds).isLessThan(10);
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        application.start();
        List<String> left = new ArrayList<>(accepted);
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
            for (String id : List.copyOf(left)) {
                assertThat(application.payment(id).getString("status")).isEqualTo("completed");
                left.remove(id);
            }
        });
    }

    @Test
    void shouldAnswerWhatItHasAndAcceptNoConnectionWhenItStops() throws Exception {
        // Given
        String body = "{\"userId\":\"user-1\",\"amount\":1,\"method\":\"card\"}";
        try (Socket slow = new Socket("127.0.0.1", application.httpPort())) {
            slow.setSoTimeout(20_000);
            write(slow, "POST /pay HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body.charAt(0));
            application.get("/health");

            // When
            application.terminate();

            // Then
            await().untilAsserted(() -> assertThatThrownBy(() -> new Socket("127.0.0.1", application.httpPort()).close())
                    .isInstanceOf(ConnectException.class));
            write(slow, body.substring(1));
            assertThat(new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.US_ASCII)).readLine())
                    .isEqualTo("HTTP/1.1 202 Accepted");
        } finally {
            application.stop();
            application.start();
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private void payUntilRefused(Queue<String> accepted) {
        try {
            while (accepted.size() < 2_000) {
                accepted.add(application.accepted("{\"userId\":\"user-1\",\"amount\":1,\"method\":\"card\"}"));
            }
        } catch (IOException | AssertionError e) {
            // the application has stopped, or refuses because it stops
        }
    }
}
