package io.payroute.platform.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.testing.RawConnection;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;

import static org.assertj.core.api.Assertions.assertThat;

/** A request that another server in front of ours may read otherwise than we do must not come in at all. */
class FramingTest {

    private static final String HEAD = "POST /pay HTTP/1.1\r\nContent-Type: application/json\r\n";
    private static final String SECOND = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final Queue<String> served = new ConcurrentLinkedQueue<>();
    private int port;

    @BeforeEach
    void start() {
        Router router = Router.router(vertx);
        router.route("/*").handler(BodyHandler.create(false)).handler(context -> {
            served.add(context.request().path() + " " + context.body().asString());
            context.response().end("served");
        });
        new HttpEdge(new HttpEdge.Limits(8, 8, Duration.ofSeconds(1), 1024, 1024, Duration.ofSeconds(5), 0),
                context -> RequestCheck.PASSED).install(router);
        port = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture()
                .join().actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: x\r\nHost: y\r\nContent-Length: 2\r\n\r\n{}", "Content-Length: 2\r\n\r\n{}",
            "Host: x, y\r\nContent-Length: 2\r\n\r\n{}", "Host: x y\r\nContent-Length: 2\r\n\r\n{}",
            "Host: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: x\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
            "Host: x\r\nTransfer-Encoding: identity, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: x\r\nTransfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\n{}",
            "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "Host: x\r\nContent-Length: 2, 2\r\n\r\n{}", "Host: x\r\nContent-Length: +2\r\n\r\n{}",
            "Host: x\r\nContent-Length : 2\r\n\r\n{}", "Host: x\r\nContent-Length:\u000b2\r\n\r\n{}"})
    void shouldRefuseAndCloseWhatCanBeReadInTwoWays(String rest) throws Exception {
        // When
        String answer = raw(HEAD + rest + SECOND);

        // Then
        assertThat(answer).startsWith("HTTP/1.1 400").containsOnlyOnce("HTTP/1.1");
        assertThat(served).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2;a=\"\r\n{}\r\n0\r\n\r\n", "2;a=\"b\r\n{}\r\n0\r\n\r\n", "2;a=\n\r\n{}\r\n0\r\n\r\n",
            "2\n{}\r\n0\r\n\r\n", "2\r\n{}x\r\n0\r\n\r\n", "2;a=\"\\\r\n\"\r\n{}\r\n0\r\n\r\n", "0x2\r\n{}\r\n0\r\n\r\n",
            "2 \r\n{}\r\n0\r\n\r\n\0"})
    void shouldServeNothingBehindAChunkThatCanBeReadInTwoWays(String chunks) throws Exception {
        // When
        String answer = raw(HEAD + "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + SECOND);

        // Then
        assertThat(answer).doesNotContain(" 200 ");
        assertThat(served).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: x\r\nContent-Length: 2\r\n\r\n{}",
            "Host: [::1]:8080\r\nTransfer-Encoding: Chunked\r\n\r\n2;a=b;c=\"d\"\r\n{}\r\n0\r\n\r\n",
            "host: x:80\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n"})
    void shouldServeWhatIsWellFormed(String rest) throws Exception {
        // When
        String answer = raw(HEAD + "Connection: close\r\n" + rest);

        // Then
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(served).containsExactly("/pay {}");
    }

    @Test
    void shouldServeOldClientsWithoutHost() throws Exception {
        // When
        String answer = raw("GET /old HTTP/1.0\r\n\r\n");

        // Then
        assertThat(answer).contains(" 200 ");
    }

    /** For where HTTP/2 is wanted: quarkus.http.http2. */
    @Test
    void shouldCloseHeadersThatNeverEnd() throws Exception {
        assertThat(RawConnection.closesEndlessHeaders(port, 100_000)).isTrue();
    }

    private String raw(String request) throws IOException {
        return RawConnection.exchange(port, request);
    }
}
