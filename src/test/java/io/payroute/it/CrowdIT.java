package io.payroute.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** Many at once: those who are quick are served in turn, and those who are slow hold up nobody. */
@Timeout(120)
class CrowdIT {

    private static final String GOOD = "{\"userId\":\"crowd\",\"amount\":5,\"method\":\"card\"}";

    private final Application application = Application.shared();

    @Test
    void shouldAcceptAThousandThatComeAtOnce() throws Exception {
        // Given
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                crowd.add(new Socket("127.0.0.1", application.httpPort()));
            }

            // When
            for (int i = 0; i < crowd.size(); i++) {
                send(crowd.get(i), "POST /pay", "X-User-ID: crowd-" + i + "\r\nContent-Length: " + GOOD.length(), GOOD);
            }

            // Then
            List<String> answers = new ArrayList<>();
            for (Socket one : crowd) {
                answers.add(status(one));
            }
            assertThat(answers).containsOnly("HTTP/1.1 202 Accepted");
        } finally {
            close(crowd);
        }
    }

    @Test
    void shouldServeOthersWhileSlowBodiesHoldNoPermits() throws Exception {
        // Given
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 600; i++) {
                slow.add(new Socket("127.0.0.1", application.httpPort()));
                send(slow.get(i), i < 300 ? "POST /webhooks/sandbox" : "POST /pay",
                        "X-User-ID: slow-" + i + "\r\nContent-Length: 1000",
                        "{");
            }

            // When
            HttpResponse<String> event = application.send(application.request("/webhooks/sandbox")
                    .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("{}")));
            HttpResponse<String> payment = application.pay(GOOD);
            HttpResponse<String> probe = HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + application.managementPort() + "/q/health/live")).build(),
                    HttpResponse.BodyHandlers.ofString());

            // Then
            assertThat(event.statusCode()).isEqualTo(400);
            assertThat(payment.statusCode()).isEqualTo(202);
            assertThat(probe.statusCode()).isEqualTo(200);
            assertThat(probe.body()).contains("\"status\":\"UP\"", "\"name\":\"camel\"");
            assertThat(status(slow.get(0))).isEqualTo("HTTP/1.1 408 Request Timeout");
            assertThat(status(slow.get(599))).isEqualTo("HTTP/1.1 408 Request Timeout");
        } finally {
            close(slow);
        }
    }

    private static void send(Socket socket, String line, String headers, String body) throws IOException {
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write((line + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers
                + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
    }

    private static String status(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket one : sockets) {
            one.close();
        }
    }
}
