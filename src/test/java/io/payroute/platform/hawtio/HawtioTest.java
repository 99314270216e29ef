package io.payroute.platform.hawtio;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.BrowserSessions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;

import static org.assertj.core.api.Assertions.assertThat;

class HawtioTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hawtio", "/hawtio/", "/hawtio/index.html", "/hawtio/jolokia", "/hawtio/static/js/main.js",
            "/hawtio/auth/logout", "/hawtio/user"})
    void shouldBeNowhereWhereItIsOff(String path) throws Exception {
        // Given
        Router router = Router.router(vertx);
        new Hawtio(false, new HawtioJolokia(null, null), new BrowserSessions()).install(router);
        router.route().handler(context -> context.response().end("a file"));
        router.route().failureHandler(context -> context.response()
                .setStatusCode(
                        context.failure() instanceof Refusal refusal && refusal.kind() == Refusal.Kind.NOT_FOUND ? 404 : 500)
                .end());
        HttpServer server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage()
                .toCompletableFuture().join();

        // When
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path)).build(), BodyHandlers.ofString());

        // Then
        assertThat(answer.statusCode()).isEqualTo(404);
    }
}
