package io.payroute.it;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The limit as it comes: a burst of ten, ten a second. What comes back while the test runs is allowed for. */
@Timeout(300)
class RateLimitIT {

    private static final int REQUESTS = 100;

    private final Application application = Application.shared();

    @Test
    void shouldRefuseWhatIsTooMuchOfOneUserAlone() throws Exception {
        // Given
        String user = UUID.randomUUID().toString();
        long begin = System.nanoTime();

        // When
        List<String> answers = atOnce(user);

        // Then
        long cameBack = (System.nanoTime() - begin) / 100_000_000 + 1;
        List<String> refused = answers.stream().filter(answer -> answer.startsWith("429 ")).toList();
        assertThat(answers).hasSize(REQUESTS).allSatisfy(answer -> assertThat(answer)
                .contains("RateLimit-Policy: \"user\";q=10;w=1\r\n").containsPattern("RateLimit: \"user\";r=\\d;t=1\r\n"));
        assertThat(answers.subList(0, 10)).allSatisfy(answer -> assertThat(answer).startsWith("404 "));
        assertThat(answers.get(0)).contains("RateLimit: \"user\";r=9;t=1\r\n");
        assertThat((long) refused.size()).isPositive().isGreaterThanOrEqualTo(REQUESTS - 10 - cameBack);
        assertThat(refused).allSatisfy(answer -> assertThat(answer).contains("Retry-After: 1\r\n", "r=0;t=1\r\n",
                "application/problem+json", "\"type\":\"/problems/too-many-requests\"", "\"status\":429"));
        HttpResponse<String> another = application.get("/api/v1/payments/no-such");
        assertThat(another.statusCode()).isEqualTo(404);
        assertThat(another.headers().firstValue("RateLimit")).hasValue("\"user\";r=9;t=1");
    }

    /** All in one write, on one connection; each answer from its status on. */
    private List<String> atOnce(String user) throws Exception {
        int port = application.request("/").build().uri().getPort();
        String request = "GET /no/such/path HTTP/1.1\r\nHost: localhost\r\nX-User-ID: " + user + "\r\n";
        String all = (request + "\r\n").repeat(REQUESTS - 1) + request + "Connection: close\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(all.getBytes(StandardCharsets.US_ASCII));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(answers.split("HTTP/1\\.1 ")).skip(1).toList();
        }
    }
}
