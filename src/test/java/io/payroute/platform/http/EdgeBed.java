package io.payroute.platform.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.payroute.platform.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;

/** The edge in front of a server of the test. */
abstract class EdgeBed {

    static final int LIMIT = 1024;
    static final String JSON = "application/json";
    static final HttpEdge.Limits LIMITS = new HttpEdge.Limits(2, 8, Duration.ofSeconds(2), LIMIT, 2 * LIMIT,
            Duration.ofSeconds(60), 100);

    final Vertx vertx = Vertx.vertx();
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final HttpEdge edge = new HttpEdge(LIMITS, new RequestCheck() {
        @Override
        public Future<Void> check(RoutingContext context) {
            if ("trusted".equals(context.request().query())) {
                context.put(TRUSTED, true);
            }
            return PASSED;
        }

        @Override
        public boolean isInEnvelope(RoutingContext context) {
            return context.request().path().startsWith("/orders");
        }

        @Override
        public boolean isOpen(RoutingContext context) {
            return "open".equals(context.request().query());
        }
    });
    final ConcurrentLinkedQueue<RoutingContext> held = new ConcurrentLinkedQueue<>();
    int port;

    @BeforeEach
    void start() {
        Router router = Router.router(vertx);
        BodyHandler body = BodyHandler.create(false).setBodyLimit(LIMIT);
        router.route("/pay").method(HttpMethod.POST).handler(body).handler(ctx -> ctx.response().end("paid"));
        router.route("/api/v1/payments/:id").method(HttpMethod.GET).handler(ctx -> ctx.response().end("one"));
        router.route("/api/v1/payments/:id/refunds").method(HttpMethod.POST).handler(ctx -> ctx.response().end("refunded"));
        router.route("/letters/:role/:id").method(HttpMethod.GET).handler(ctx -> ctx.response().end("one"));
        router.route("/letters/:role/replay").method(HttpMethod.POST).handler(ctx -> ctx.response().end("again"));
        router.route("/large").method(HttpMethod.POST).handler(body).handler(ctx -> ctx.response().end("much"));
        router.route("/orders").method(HttpMethod.POST).handler(body).handler(ctx -> ctx.response().end("ordered"));
        router.route("/hold").handler(held::add);
        router.route("/broken").handler(ctx -> ctx.fail(new IllegalStateException("secret")));
        router.route("/later").handler(ctx -> ctx.fail(new CompletionException(Refusal.conflict("The state forbids it."))));
        router.route().order(Integer.MAX_VALUE).handler(StaticHandler.create("no-such-folder"));
        router.route("/q/health").handler(ctx -> ctx.response().end("UP"));
        edge.install(router);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setMaxInitialLineLength(65_536))
                .requestHandler(router).listen(0, "127.0.0.1").toCompletionStage()
                .toCompletableFuture().join();
        port = server.actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        return client.send(request(method, path, type, body).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String method, String path, String type, String body) {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method,
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return type == null ? request : request.header("Content-Type", type);
    }

    /** Sends the bytes, and reads until the server closes the connection. */
    String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
