package io.payroute.it;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** What is refused, and how: one kind of body for every refusal, with the field named and nothing of the inside. */
@Timeout(300)
class RefusalsIT {

    private static final String GOOD = "{\"userId\":\"user-1\",\"amount\":5,\"method\":\"card\"}";

    private final Application application = Application.shared();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{} | userId amount method",
            "{\"userId\":\"u\",\"amount\":-1,\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":0,\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":0.00,\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":1e400,\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":\"NaN\",\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":1.234,\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":1.5,\"currency\":\"JPY\",\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":1,\"currency\":\"ZZZ\",\"method\":\"card\"} | currency",
            "{\"userId\":\"u\",\"amount\":1,\"currency\":\"usd\",\"method\":\"card\"} | currency",
            "{\"userId\":\"u\",\"amount\":true,\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":[1],\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":null,\"method\":\"card\"} | amount",
            "{\"userId\":7,\"amount\":1,\"method\":\"card\"} | userId",
            "{\"userId\":\"u\",\"amount\":1,\"method\":{}} | method",
            "{\"userId\":\"\",\"amount\":1,\"method\":\"card\"} | userId",
            "{\"userId\":\"u\",\"amount\":1,\"method\":\"card\",\"email\":\"eve\"} | email",
            "{\"userId\":\"u\",\"amount\":1,\"amount\":2,\"method\":\"card\"} | amount",
            "{\"userId\":\"u\",\"amount\":1,\"method\":\"card\",\"ammount\":2} | ammount",
            "{\"userId\":\"u\\u0000\",\"amount\":1,\"method\":\"card\"} | userId"})
    void shouldNameTheFieldsThatBreakARule(String body, String fields) throws Exception {
        // When
        HttpResponse<String> answer = application.pay(body);

        // Then
        JsonArray errors = problem(answer, 422, "/pay").getJsonArray("errors");
        assertThat(errors.stream().map(error -> ((JsonObject) error).getString("field")))
                .containsExactlyInAnyOrder(fields.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"userId\":", "[]", "[{\"userId\":\"u\"}]", "\"text\"", "42", "null", "{} {}", "not json",
            "{'userId':'u'}", "{\"userId\":\"u\",\"amount\":NaN,\"method\":\"card\"}",
            "{\"userId\":\"u\",\"amount\":01,\"method\":\"card\"}", ""})
    void shouldRefuseWhatIsNoJsonObject(String body) throws Exception {
        // When
        HttpResponse<String> answer = application.pay(body);

        // Then
        problem(answer, 400, "/pay");
    }

    @Test
    void shouldRefuseAHundredKilobytes() throws Exception {
        // When
        HttpResponse<String> answer = application.pay(large());

        // Then
        problem(answer, 413, "/pay");
    }

    @Test
    void shouldRefuseAHundredKilobytesThatAreNotAnnounced() throws Exception {
        // When
        HttpResponse<String> answer = application.send(application.request("/pay").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large().getBytes(StandardCharsets.UTF_8)))));

        // Then
        problem(answer, 413, "/pay");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x",
            "application/json; charset=ISO-8859-1", "application/xml"})
    void shouldRefuseEveryOtherContentType(String type) throws Exception {
        // When
        HttpResponse<String> answer = application
                .send(application.request("/pay").header("Content-Type", type).POST(BodyPublishers.ofString(GOOD)));

        // Then
        problem(answer, 415, "/pay");
    }

    @Test
    void shouldRefuseABodyWithoutAContentType() throws Exception {
        // When
        HttpResponse<String> answer = application.send(application.request("/pay").POST(BodyPublishers.ofString(GOOD)));

        // Then
        problem(answer, 415, "/pay");
    }

    @Test
    void shouldRefuseAKeyThatWasUsedWithAnotherBody() throws Exception {
        // Given
        String key = UUID.randomUUID().toString();
        application.accepted(GOOD, "Idempotency-Key", key);

        // When
        HttpResponse<String> answer = application.pay(GOOD.replace("5", "6"), "Idempotency-Key", key);

        // Then
        assertThat(problem(answer, 422, "/pay").getString("type")).isEqualTo("/problems/idempotency-key-reused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Payroute-Caller", "Idempotency-Key", "idempotency-key"})
    void shouldRefuseAParameterThatStandsForAHeader(String name) throws Exception {
        // When
        HttpResponse<String> answer = application.send(application.request("/pay?" + name + "=evil")
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(GOOD)));

        // Then
        problem(answer, 400, "/pay");
    }

    @Test
    void shouldTellThatThereIsNoSuchPath() throws Exception {
        // When
        HttpResponse<String> answer = application.get("/no/such/path");

        // Then
        problem(answer, 404, "/no/such/path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "no-uuid"})
    void shouldTellThatThereIsNoSuchPayment(String id) throws Exception {
        // When
        HttpResponse<String> answer = application.get("/api/v1/payments/" + id);

        // Then
        problem(answer, 404, "/api/v1/payments/" + id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
    void shouldTellWhichMethodsThereAre(String method) throws Exception {
        // When
        HttpResponse<String> answer = application
                .send(application.request("/pay").method(method, BodyPublishers.noBody()));

        // Then
        problem(answer, 405, "/pay");
        assertThat(answer.headers().firstValue("Allow")).hasValueSatisfying(allow -> assertThat(allow).contains("POST"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
    void shouldNotTakeTheReplayOfLettersForALetter(String method) throws Exception {
        // When
        HttpResponse<String> answer = application.send(application.request("/api/v1/dead-letters/payment/replay")
                .header("Content-Type", "application/json").method(method, BodyPublishers.ofString("{}")));

        // Then
        problem(answer, 405, "/api/v1/dead-letters/payment/replay");
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void shouldNotEditALetterWithWhatIsNoText() throws Exception {
        // Given
        byte[] body = "{\"userId\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1);

        // When
        HttpResponse<String> answer = application.send(application.request("/api/v1/dead-letters/payment/999999")
                .header("Content-Type", "application/json").PUT(BodyPublishers.ofByteArray(body)));

        // Then
        assertThat(problem(answer, 400, "/api/v1/dead-letters/payment/999999").getString("detail")).contains("UTF-8");
    }

    @Test
    void shouldRefuseAReplayWithoutIds() throws Exception {
        for (String body : List.of("{}", "{\"ids\":7}", "{\"ids\":[\"x\"]}", "{\"ids\":[]}", "{\"ids\":[1],\"all\":true}")) {
            // When
            HttpResponse<String> answer = application.send(application.request("/api/v1/dead-letters/payment/replay")
                    .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));

            // Then
            problem(answer, 422, "/api/v1/dead-letters/payment/replay");
        }
    }

    /** Whether it strips what Camel would strip is a unit test; that Camel asks it can only be seen in the application. */
    @Test
    void shouldStripHeadersByListsReadOnce() throws Exception {
        assertThat(application.objects("io.payroute.platform.route.HeaderAllowList$Strip")).isGreaterThan(30);
    }

    private static String large() {
        return "{\"userId\":\"" + "x".repeat(100_000) + "\"}";
    }

    private static JsonObject problem(HttpResponse<String> answer, int status, String path) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).doesNotContain("Exception", "\tat ", "io.payroute", "java.", "org.");
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.fieldNames()).contains("type", "title", "status", "detail");
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("instance")).isEqualTo(path);
        return problem;
    }
}
