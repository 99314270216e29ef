package io.payroute.platform.http;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HttpEdgeTest extends EdgeBed {

    @Test
    void shouldLetAGoodRequestPassWithSafeHeaders() throws Exception {
        // When
        HttpResponse<String> answer = send("POST", "/pay", JSON, "{}");

        // Then
        assertThat(answer.body()).isEqualTo("paid");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        await().untilAsserted(() -> assertThat(edge.inFlight()).isZero());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"GET,/nothing,-,404", "DELETE,/nothing,-,404", "GET,/pay,-,405",
            "POST,/pay,application/x-www-form-urlencoded,415", "POST,/pay,-,415", "POST,/pay,text/json,415",
            "POST,/pay,application/json; charset=latin1,415", "GET,/broken,-,500", "GET,/later,-,409"})
    void shouldAnswerEveryErrorAsAProblem(String method, String path, String type, int status) throws Exception {
        // When
        HttpResponse<String> answer = send(method, path, type, "POST".equals(method) ? "{}" : null);

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).startsWith("{\"type\":\"/problems/").contains("\"status\":" + status, "\"instance\":\"/")
                .doesNotContain("secret").doesNotContain("?");
        await().untilAsserted(() -> assertThat(edge.inFlight()).isZero());
    }

    @ParameterizedTest
    @CsvSource({"GET,/pay,POST", "DELETE,/pay,POST", "PUT,/api/v1/payments/7,GET", "DELETE,/api/v1/payments/7/refunds,POST",
            "DELETE,/letters/a/replay,POST", "DELETE,/letters/a/7,GET"})
    void shouldSayWhichMethodsAreAllowed(String method, String path, String allowed) throws Exception {
        // When
        HttpResponse<String> answer = send(method, path, null, null);

        // Then
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""})
    void shouldTakeJsonHoweverItIsSpelt(String type) throws Exception {
        assertThat(send("POST", "/pay", type, "{}").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000000", "Content-Length: 2000", "Transfer-Encoding: chunked"})
    void shouldAnswer413AndCloseWhenTheBodyIsTooLarge(String length) throws Exception {
        // Given
        String part = "x".repeat(1500);
        String body = length.startsWith("T") ? "5dc\r\n" + part + "\r\n5dc\r\n" + part + "\r\n" : part;

        // When
        String answer = raw("POST /pay HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + length + "\r\n\r\n" + body);

        // Then
        assertThat(answer).startsWith("HTTP/1.1 413").containsIgnoringCase("connection: close")
                .contains("application/problem+json", "/problems/too-large");
        await().untilAsserted(() -> assertThat(edge.inFlight()).isZero());
    }

    @Test
    void shouldAnswer414WhenTheAddressIsTooLong() throws Exception {
        // When
        HttpResponse<String> answer = send("GET", "/pay?x=" + "y".repeat(5_000), null, null);

        // Then
        assertThat(answer.statusCode()).isEqualTo(414);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("/problems/uri-too-long", "\"instance\":\"/pay\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/payments/%zz", "/api/v1/payments/%ff", "/hold?x=%zz", "/hold?x=%ED%A0%80",
            "/q/health?x=%"})
    void shouldRefuseAnAddressThatCannotBeRead(String address) throws Exception {
        // When
        String answer = raw("GET " + address + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        // Then
        assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json", AddressCheck.RULE);
    }

    @Test
    void shouldTakeLargerBodiesWhereAnybodyMayCome() throws Exception {
        assertThat(send("POST", "/large?open", JSON, "x".repeat(2 * LIMIT)).statusCode()).isEqualTo(200);
        assertThat(send("POST", "/large", JSON, "x".repeat(2 * LIMIT)).statusCode()).isEqualTo(413);
        assertThat(send("POST", "/large?open", JSON, "x".repeat(2 * LIMIT + 1)).statusCode()).isEqualTo(413);
    }

    /** A contract that knows no problem+json has its own form, also where no route answers. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"POST,/orders,text/plain,415", "DELETE,/orders,-,405", "GET,/orders/7,-,404"})
    void shouldRefuseInTheEnvelopeOfThePathsContract(String method, String path, String type, int status) throws Exception {
        // When
        HttpResponse<String> answer = send(method, path, type, type == null ? null : "x");

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body()).matches("\\{\"error\":\"[^\"]+\",\"code\":" + status + "}");
    }

    @Test
    void shouldTakeNoLargerBodyWhereAVisitorRegisters() throws Exception {
        assertThat(send("POST", "/orders?open", JSON, "x".repeat(LIMIT)).statusCode()).isEqualTo(200);
        assertThat(send("POST", "/orders?open", JSON, "x".repeat(LIMIT + 1)).statusCode()).isEqualTo(413);
    }
}
