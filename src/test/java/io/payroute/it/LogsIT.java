package io.payroute.it;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Nobody serves the messages to customers here, so telling them is tried again and again. */
@Timeout(300)
class LogsIT {

    private static final String[] PERSONAL = {"ada.lovelace", "Lovelace", "example.com", "4111 1111",
            "41111111", "a private matter", "u-77-ada"};
    private static Application application;

    @BeforeAll
    static void start() {
        application = Application.of("logs", "-Drole.notification=false", "-Dquarkus.log.console.json.enabled=true",
                "-Dpayroute.trace.endpoint=http://127.0.0.1:9", "-Dpayroute.trace.sample-ratio=0");
    }

    @AfterAll
    static void stop() {
        application.stop();
    }

    @Test
    void shouldSayWhatEachLineIsAboutInFieldsAndNothingPersonal() throws Exception {
        // Given
        String person = "\"userId\":\"u-77-ada\",\"email\":\"ada.lovelace@example.com\","
                + "\"description\":\"Ada Lovelace, 4111 1111 1111 1111, a private matter\"";

        // When
        HttpResponse<String> answer = application.pay("{" + person + ",\"amount\":49.99,\"method\":\"card\"}");
        String payment = new JsonObject(answer.body()).getString("paymentId");
        String trace = answer.headers().firstValue("traceparent").orElseThrow().split("-")[1];
        application.pay("{" + person + ",\"amount\":\"4111111111111111\",\"method\":\"card\"}");
        try (Topics topics = new Topics(application.brokers())) {
            topics.put("payment-topic", ("{" + person + ",\"amount\":\"ada.lovelace@example.com\",\"method\":"
                    + "\"4111 1111 1111 1111\"}").getBytes(StandardCharsets.UTF_8), Map.of("ce_id", "from-outside-1"));
        }

        // Then
        application.awaitStatus(payment, "completed");
        await().atMost(Application.PATIENCE).untilAsserted(() -> {
            assertThat(lines("retry")).anySatisfy(line -> {
                assertThat(line.getString("paymentId")).isEqualTo(payment);
                assertThat(line.getString("traceId")).isEqualTo(trace);
                assertThat(line.getString("role")).isEqualTo("payment");
                assertThat(line.getString("routeId")).isEqualTo("payment-tell-customer");
                assertThat(line.getString("topic")).isEqualTo("payment.status-updated");
                assertThat(line.getString("eventId")).matches("[0-9a-f-]{36}");
                assertThat(line.getInteger("attempt")).isPositive();
            });
            assertThat(lines("dead-letter")).anySatisfy(line -> {
                assertThat(line.getString("eventId")).isEqualTo("from-outside-1");
                assertThat(line.getString("topic")).isEqualTo("payment-topic");
                assertThat(line.getInteger("attempt")).isEqualTo(1);
            });
        });
        assertThat(application.log()).doesNotContain(PERSONAL).doesNotContain("Failed delivery for");
    }

    private static List<JsonObject> lines(String event) {
        return application.log().lines().filter(line -> line.startsWith("{")).map(JsonObject::new)
                .filter(line -> event.equals(line.getString("event"))).toList();
    }
}
