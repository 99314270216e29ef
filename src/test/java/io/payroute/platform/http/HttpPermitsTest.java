package io.payroute.platform.http;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HttpPermitsTest extends EdgeBed {

    @Test
    void shouldReleaseThePermitWhenTheBodyDoesNotCome() throws Exception {
        // When
        String answer = raw("POST /pay HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{");

        // Then
        assertThat(answer).startsWith("HTTP/1.1 408").containsIgnoringCase("connection: close")
                .contains("application/problem+json", "/problems/request-timeout");
        assertThat(edge.inFlight()).isZero();
    }

    @Test
    void shouldRefuseWhatGetsNoPermitInTime() throws Exception {
        // Given
        hold(2);

        // When
        HttpResponse<String> answer = send("POST", "/pay", JSON, "{}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(send("GET", "/q/health", null, null).body()).isEqualTo("UP");
        assertThat(edge.inFlight()).isEqualTo(2);
        held.forEach(ctx -> ctx.response().end());
        await().untilAsserted(() -> assertThat(edge.inFlight()).isZero());
        assertThat(send("POST", "/pay", JSON, "{}").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldKeepAnonymousCallersFromTakingAllPermits() throws Exception {
        // Given
        client.sendAsync(request("GET", "/hold?open", null, null).build(), HttpResponse.BodyHandlers.ofString());
        await().untilAsserted(() -> assertThat(held).hasSize(1));

        // When
        HttpResponse<String> anonymous = send("GET", "/hold?open", null, null);
        HttpResponse<String> known = send("POST", "/pay", JSON, "{}");

        // Then
        assertThat(anonymous.statusCode()).isEqualTo(503);
        assertThat(known.statusCode()).isEqualTo(200);
        held.forEach(ctx -> ctx.response().end());
        await().untilAsserted(() -> assertThat(edge.inFlight()).isZero());
    }

    @Test
    void shouldLetWhatWaitsInWhenThereIsRoom() throws Exception {
        // Given
        hold(2);
        CompletableFuture<HttpResponse<String>> third = client.sendAsync(request("POST", "/pay", JSON, "{}").build(),
                HttpResponse.BodyHandlers.ofString());
        await().during(Duration.ofMillis(100)).untilAsserted(() -> assertThat(third).isNotDone());

        // When
        held.poll().response().end();

        // Then
        await().untilAsserted(() -> assertThat(third).isCompleted());
        assertThat(third.join().statusCode()).isEqualTo(200);
    }

    @Test
    void shouldRefuseAtOnceWhatIsTooMuchToWait() throws Exception {
        // Given
        hold(2);

        // When
        List<CompletableFuture<HttpResponse<String>>> many = IntStream.range(0, 20)
                .mapToObj(i -> client.sendAsync(request("POST", "/pay", JSON, "{}").build(),
                        HttpResponse.BodyHandlers.ofString()))
                .toList();

        // Then
        await().untilAsserted(() -> assertThat(many).filteredOn(CompletableFuture::isDone).hasSize(12));
        held.forEach(ctx -> ctx.response().end());
        await().untilAsserted(() -> assertThat(many).allMatch(CompletableFuture::isDone));
        assertThat(many.stream().collect(groupingBy(answer -> answer.join().statusCode(), counting())))
                .containsOnly(Map.entry(503, 12L), Map.entry(200, 8L));
    }

    @Test
    void shouldHoldNoPermitForABodyThatHasNotCome() throws Exception {
        // Given
        try (Socket first = begin("/pay"); Socket second = begin("/pay"); Socket third = begin("/pay?open")) {

            // When
            HttpResponse<String> answer = send("POST", "/pay", JSON, "{}");

            // Then
            assertThat(answer.statusCode()).isEqualTo(200);
            first.getOutputStream().write("{}".getBytes(StandardCharsets.US_ASCII));
            assertThat(first.getInputStream().read()).isEqualTo('H');
        }
    }

    /** So many requests take their places. */
    private void hold(int requests) {
        IntStream.range(0, requests).forEach(i -> client.sendAsync(request("GET", "/hold", null, null).build(),
                HttpResponse.BodyHandlers.ofString()));
        await().untilAsserted(() -> assertThat(held).hasSize(requests));
    }

    /** A request whose body of two bytes does not come. */
    private Socket begin(String path) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 2\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void shouldReleaseThePermitWhenTheClientDisconnects() throws Exception {
        // Given
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().untilAsserted(() -> assertThat(edge.inFlight()).isEqualTo(1));

            // When
            socket.close();
        }

        // Then
        await().untilAsserted(() -> assertThat(edge.inFlight()).isZero());
        held.forEach(ctx -> ctx.response().end());
        assertThat(edge.inFlight()).isZero();
    }
}
