package io.payroute.platform.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class ListeningTest {

    private final Vertx vertx = Vertx.vertx();
    private final Listening listening = new Listening();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Router router = Router.router(vertx);
        listening.install(router);
        router.route().handler(context -> context.response().end("here"));
        server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage()
                .toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void shouldAcceptNoConnectionOnceItStops() throws Exception {
        // Given
        try (Socket before = connect()) {
            get(before);

            // When
            listening.stop(new ShutdownDelayInitiatedEvent());

            // Then
            await().untilAsserted(() -> assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class));
        }
    }

    @Test
    void shouldAnswerOnAConnectionThatIsThere() throws Exception {
        // Given
        try (Socket before = connect()) {
            get(before);
            listening.stop(new ShutdownDelayInitiatedEvent());

            // When
            String answer = get(before);

            // Then
            assertThat(answer).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void shouldStopBeforeTheFirstRequest() throws Exception {
        // When
        listening.stop(new ShutdownDelayInitiatedEvent());

        // Then
        try (Socket after = connect()) {
            assertThat(get(after)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    private Socket connect() throws IOException {
        return new Socket("127.0.0.1", server.actualPort());
    }

    private static String get(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String status = in.readLine();
        char[] body = new char[4];
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            assertThat(line).isNotNull();
        }
        assertThat(in.read(body)).isEqualTo(4);
        return status;
    }
}
