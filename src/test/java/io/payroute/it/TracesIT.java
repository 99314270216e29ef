package io.payroute.it;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.github.tomakehurst.wiremock.WireMockServer;

import io.vertx.core.json.JsonObject;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(300)
class TracesIT {

    private static final String OWNER = "traced-owner";
    private static final WireMockServer MERCHANT = new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
    private static Collector collector;
    private static Application application;

    @BeforeAll
    static void start() throws Exception {
        MERCHANT.start();
        MERCHANT.stubFor(post("/hook").willReturn(aResponse().withStatus(200)));
        collector = new Collector();
        application = Application.of("traces", "-Dpayroute.trace.endpoint=" + collector.address(),
                "-Dpayroute.trace.sample-ratio=0", "-Dquarkus.log.console.json.enabled=true");
        HttpResponse<String> made = application.send(application.request("/api/v1/webhook-endpoints")
                .header("Content-Type", "application/json").header("X-User-ID", OWNER)
                .POST(BodyPublishers.ofString("{\"url\":\"" + MERCHANT.baseUrl() + "/hook\"}")));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        application.stop();
        collector.close();
        MERCHANT.stop();
    }

    /** In the order of the flow: what it is called, and what it is a part of. */
    private static final String[][] FLOW = {{"accept-payment", "POST /pay"}, {"payment-topic", "accept-payment"},
            {"record-payments", "payment-topic"}, {"payment-charges", "record-payments"},
            {"to-provider-charge", "payment-charges"}, {"settle-charge", "payment-charges"},
            {"payment.status-updated", "settle-charge"}, {"to-grpc-notification", "payment.status-updated"},
            {"notification.NotificationService/HandleNotification", "to-grpc-notification"},
            {"store-notification", "notification.NotificationService/HandleNotification"},
            {"notifications", "store-notification"}, {"to-channel", "notifications"}, {"to-smtp", "to-channel"},
            {"record-webhooks", "payment.status-updated"}, {"payment-webhooks", "record-webhooks"},
            {"to-http-webhook", "payment-webhooks"}, {"notification.updated", "record-notification"}};

    @Test
    void shouldFollowAPaymentThroughAllOfItInOneTrace() throws Exception {
        // Given
        String trace = hex(16);
        String caller = hex(8);
        String address = Application.newAddress();

        // When
        HttpResponse<String> answer = application.pay("{\"userId\":\"u-secret\",\"amount\":49.99,\"method\":\"card\","
                + "\"email\":\"" + address + "\",\"description\":\"a private matter\"}", "traceparent",
                "00-" + trace + "-" + caller + "-01");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String told = answer.headers().firstValue("traceparent").orElseThrow();
        assertThat(told).startsWith("00-" + trace + "-").endsWith("-01").doesNotContain(caller);
        String payment = new JsonObject(answer.body()).getString("paymentId");
        application.awaitStatus(payment, "completed");
        application.awaitMail(address);
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(collector.of(trace))
                .extracting(Collector.Span::name).contains("to-smtp", "to-http-webhook", "notification.updated"));
        Map<String, Collector.Span> spans = new HashMap<>();
        collector.of(trace).forEach(span -> spans.putIfAbsent(span.name(), span));
        assertThat(spans.get("POST /pay").parent()).isEqualTo(caller);
        assertThat(spans.get("POST /pay").id()).isEqualTo(told.split("-")[2]);
        for (String[] step : FLOW) {
            assertThat(spans).containsKeys(step);
            assertThat(spans.get(step[0]).parent()).as(step[0] + " in " + step[1]).isEqualTo(spans.get(step[1]).id());
        }
        assertThat(spans.get("to-provider-charge").attributes()).containsEntry("paymentId", payment)
                .containsEntry("provider", "sandbox").containsEntry("outcome", "completed")
                .containsEntry("routeId", "payment-charge");
        assertThat(spans.get("to-http-webhook").attributes()).containsEntry("paymentId", payment);
        assertThat(spans.get("to-smtp").attributes()).containsEntry("paymentId", payment);
        assertThat(collector.of(trace).toString()).doesNotContain(address, "u-secret", "private", "example.com");
        MERCHANT.verify(postRequestedFor(urlEqualTo("/hook")).withoutHeader("traceparent"));
    }

    @Test
    void shouldGoOnWithATraceAfterAKill() throws Exception {
        // Given
        String trace = hex(16);
        String payment = application.accepted("{\"userId\":\"u-1\",\"amount\":12.00,\"method\":\"card\"}", "traceparent",
                "00-" + trace + "-" + hex(8) + "-01");

        // When
        application.kill();
        application.start();

        // Then
        application.awaitStatus(payment, "completed");
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(collector.of(trace))
                .filteredOn(span -> span.name().equals("settle-charge")).singleElement()
                .satisfies(span -> assertThat(span.attributes()).containsEntry("paymentId", payment)));
    }

    @Test
    void shouldNameATraceThatIsNotRecordedAndBelieveNothingMalformed() throws Exception {
        // When
        HttpResponse<String> answer = application.pay("{\"userId\":\"u-1\",\"amount\":12.00,\"method\":\"card\"}",
                "traceparent", "00-" + UUID.randomUUID() + "-01", "X-Payroute-Trace", "00-" + hex(16) + "-" + hex(8) + "-01");

        // Then
        assertThat(new Contract(application).unsaid("POST", "/pay", answer)).isEmpty();
        assertThat(answer.headers().allValues("traceparent")).singleElement().asString()
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
        application.awaitStatus(new JsonObject(answer.body()).getString("paymentId"), "completed");
        assertThat(collector.of(answer.headers().firstValue("traceparent").orElseThrow().split("-")[1])).isEmpty();
    }

    @Test
    void shouldKeepTheTraceOfAnAnonymousCallerAndRecordItByItsOwnShare() throws Exception {
        // Given
        String trace = hex(16);

        // When
        HttpResponse<String> answer = application.send(application.request("/webhooks/stripe")
                .header("Content-Type", "application/json").header("traceparent", "00-" + trace + "-" + hex(8) + "-01")
                .POST(BodyPublishers.ofString("{}")));

        // Then
        assertThat(answer.headers().allValues("traceparent")).singleElement().asString()
                .matches("00-" + trace + "-[0-9a-f]{16}-00");
    }

    @Test
    void shouldFollowAPaymentThatIsDeclined() throws Exception {
        // Given
        String trace = hex(16);
        String address = Application.newAddress();

        // When
        String payment = application.accepted("{\"userId\":\"u-secret\",\"amount\":40.02,\"method\":\"card\",\"email\":\""
                + address + "\"}", "traceparent", "00-" + trace + "-" + hex(8) + "-01");

        // Then
        application.awaitStatus(payment, "failed");
        application.awaitMail(address);
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(collector.of(trace))
                .extracting(Collector.Span::name).contains("to-smtp", "to-http-webhook"));
        assertThat(collector.of(trace)).filteredOn(span -> span.name().equals("to-provider-charge")).singleElement()
                .satisfies(span -> assertThat(span.attributes()).containsEntry("paymentId", payment)
                        .containsEntry("outcome", "declined"));
        assertThat(collector.of(trace).toString()).doesNotContain(address, "u-secret");
    }

    @Test
    void shouldLeadFromTheAnswerToTheLinesOfAPaymentWhoseTraceIsNotRecorded() throws Exception {
        // Given
        String address = "greylist" + Application.newAddress();

        // When
        HttpResponse<String> answer = application.pay("{\"userId\":\"u-secret\",\"amount\":40.02,\"method\":\"card\","
                + "\"email\":\"" + address + "\",\"description\":\"a private matter\"}");

        // Then
        String trace = answer.headers().firstValue("traceparent").orElseThrow().split("-")[1];
        application.awaitMail(address);
        assertThat(lines()).filteredOn(line -> "message-not-sent".equals(line.getString("event"))).singleElement()
                .satisfies(line -> {
                    assertThat(line.getString("traceId")).isEqualTo(trace);
                    assertThat(line.getString("paymentId")).isEqualTo(new JsonObject(answer.body()).getString("paymentId"));
                    assertThat(line.getString("eventId")).matches("[0-9a-f-]{36}");
                    assertThat(line.getString("role")).isEqualTo("notification");
                    assertThat(line.getString("routeId")).isEqualTo("notification-send");
                    assertThat(line.getInteger("attempt")).isEqualTo(1);
                });
        assertThat(application.log()).doesNotContain(address, "u-secret", "private");
        assertThat(collector.of(trace)).isEmpty();
    }

    private static List<JsonObject> lines() {
        return application.log().lines().filter(line -> line.startsWith("{")).map(JsonObject::new).toList();
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(random);
        random[0] |= 1;
        return HexFormat.of().formatHex(random);
    }
}
