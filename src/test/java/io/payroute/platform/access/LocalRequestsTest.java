package io.payroute.platform.access;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;

class LocalRequestsTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final Vertx VERTX = Vertx.vertx();
    private static TestEdge edge;

    @BeforeAll
    static void start() {
        edge = new TestEdge(new AccessGuard("embedded", TestEdge.credentials("shop:" + TOKEN, VERTX, TestEdge.noJwts()),
                TestEdge.NO_LIMIT, TestEdge.RULES, TestEdge.SCOPES, new BrowserSessions(), TestEdge.NO_ACTIONS));
    }

    @AfterAll
    static void stop() {
        edge.close();
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: localhost", "Host: LOCALHOST:8080", "Host: shop.localhost:80", "Host: 127.0.0.1:8080",
            "Host: 127.1.2.3", "Host: [::1]:8080", "Host: localhost\r\nOrigin: http://localhost:3000",
            "Host: localhost\r\nOrigin: http://[::1]:3000"})
    void shouldAnswerThisMachine(String headers) throws Exception {
        assertThat(get(headers)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: evil.test", "Host: evil.test:8080", "Host: localhost.evil.test", "Host: 127.0.0.1.evil.test",
            "Host: evillocalhost", "Host: 10.0.0.1", "Host: 0.0.0.0",
            "Host: localhost\r\nOrigin: https://evil.test",
            "Host: localhost\r\nOrigin: null", "Host: localhost\r\nOrigin: http://localhost.evil.test",
            "Host: localhost\r\nOrigin: http://localhost@evil.test", "Host: localhost\r\nOrigin: ::"})
    void shouldRefuseTheBrowserOfAnotherSite(String headers) throws Exception {
        assertThat(get(headers)).startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @CsvSource({TOKEN + ",200", "x,401"})
    void shouldRequireNothingOfTheHostWhereATokenIsSent(String token, String status) throws Exception {
        assertThat(get("Host: evil.test\r\nAuthorization: Bearer " + token)).startsWith("HTTP/1.1 " + status);
    }

    private static String get(String headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", edge.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("GET /api/v1/payments HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
