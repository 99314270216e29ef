package io.payroute.platform.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class WaitingHttpTest {

    private static final int WORKERS = 2;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(WORKERS));
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final ConcurrentLinkedQueue<CompletableFuture<String>> waiting = new ConcurrentLinkedQueue<>();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int port;

    /** A step that waits. */
    public final class Step {
        public CompletionStage<String> await(@Body String body) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            waiting.add(answer);
            return answer.thenApply(end -> body + " " + end);
        }

        public String fail() {
            throw new IllegalStateException("at once");
        }
    }

    @BeforeEach
    void start() throws Exception {
        Router router = Router.router(vertx);
        context.getRegistry().bind(WaitingHttp.ROUTER,
                new VertxPlatformHttpRouter(null, vertx, router, WaitingHttp.ROUTER) {
                    @Override
                    public Handler<RoutingContext> bodyHandler() {
                        return BodyHandler.create(false);
                    }
                });
        context.getRegistry().bind("waitingHttp", new WaitingHttp());
        context.getRegistry().bind("step", new Step());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(IllegalStateException.class).handled(true).setBody(exceptionMessage());
                from("platform-http:/wait?platformHttpEngine=#waitingHttp").routeId("wait").removeHeaders("*")
                        .to("bean:step?method=await").setBody(simple("${body}!"));
                from("platform-http:/fail?platformHttpEngine=#waitingHttp").routeId("fail").removeHeaders("*")
                        .to("bean:step?method=fail");
                from("platform-http:/headers?platformHttpEngine=#waitingHttp").routeId("headers").removeHeaders("*")
                        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(201)).setHeader("Location", constant("/here"))
                        .setHeader(Exchange.CONTENT_TYPE, constant("application/problem+json"))
                        .setHeader("CamelSecret", constant("inside")).setBody(constant("ü".getBytes(StandardCharsets.UTF_8)));
                from("platform-http:/broken?platformHttpEngine=#waitingHttp").routeId("broken")
                        .errorHandler(noErrorHandler()).throwException(new IllegalArgumentException("not handled"));
            }
        });
        context.start();
        HttpServer server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage()
                .toCompletableFuture().join();
        port = server.actualPort();
    }

    @AfterEach
    void stop() {
        context.stop();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldLetMoreRequestsWaitThanThereAreThreads() {
        // Given
        int requests = 5 * WORKERS;

        // When
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, requests)
                .mapToObj(i -> post("/wait", "" + i))
                .toList();

        // Then
        await().untilAsserted(() -> assertThat(waiting).hasSize(requests));
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        waiting.forEach(one -> one.complete("done"));
        for (int i = 0; i < requests; i++) {
            assertThat(answers.get(i).join().body()).isEqualTo(i + " done!");
        }
        await().untilAsserted(() -> assertThat(context.getInflightRepository().size()).isZero());
    }

    @Test
    void shouldAnswerAWaitThatFailsAsTheRouteSays() {
        // Given
        CompletableFuture<HttpResponse<String>> answer = post("/wait", "body");
        await().untilAsserted(() -> assertThat(waiting).hasSize(1));

        // When
        waiting.forEach(one -> one.completeExceptionally(new IllegalStateException("at last")));

        // Then
        assertThat(answer.join().body()).endsWith("at last");
    }

    @Test
    void shouldAnswerARouteThatDoesNotWait() {
        // When
        HttpResponse<String> answer = post("/fail", "body").join();

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("at once");
    }

    @Test
    void shouldAnswerStatusHeadersAndBytes() {
        // When
        HttpResponse<String> answer = post("/headers", "body").join();

        // Then
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).contains("/here");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().map()).doesNotContainKey("camelsecret");
        assertThat(answer.body()).isEqualTo("ü");
    }

    @Test
    void shouldLeaveWhatNoRouteHandledToTheEdge() {
        // When
        HttpResponse<String> answer = post("/broken", "body").join();

        // Then
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("not handled");
        await().untilAsserted(() -> assertThat(context.getInflightRepository().size()).isZero());
    }

    private CompletableFuture<HttpResponse<String>> post(String path, String body) {
        return client.sendAsync(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }
}
