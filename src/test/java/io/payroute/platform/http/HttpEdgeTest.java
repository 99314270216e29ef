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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HttpEdgeTest {

    private static final int LIMIT = 1024;
    private static final String JSON = "application/json";
    private static final HttpEdge.Limits LIMITS = new HttpEdge.Limits(2, 8, Duration.ofMillis(400), LIMIT, 2 * LIMIT,
            Duration.ofSeconds(60), 100);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpEdge edge = new HttpEdge(LIMITS, new RequestCheck() {
        @Override
        public Future<Void> check(RoutingContext context) {
            return PASSED;
        }

        @Override
        public boolean isOpen(RoutingContext context) {
            return "open".equals(context.request().query());
        }
    });
    private final ConcurrentLinkedQueue<RoutingContext> held = new ConcurrentLinkedQueue<>();
    private int port;

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
        await().atMost(Duration.ofMillis(350))
                .untilAsserted(() -> assertThat(many).filteredOn(CompletableFuture::isDone).hasSize(12));
        await().untilAsserted(() -> assertThat(many).allMatch(CompletableFuture::isDone));
        assertThat(many).extracting(answer -> answer.join().statusCode()).containsOnly(503);
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

    @Test
    void shouldTakeLargerBodiesWhereAnybodyMayCome() throws Exception {
        assertThat(send("POST", "/large?open", JSON, "x".repeat(2 * LIMIT)).statusCode()).isEqualTo(200);
        assertThat(send("POST", "/large", JSON, "x".repeat(2 * LIMIT)).statusCode()).isEqualTo(413);
        assertThat(send("POST", "/large?open", JSON, "x".repeat(2 * LIMIT + 1)).statusCode()).isEqualTo(413);
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

    private HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        return client.send(request(method, path, type, body).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String method, String path, String type, String body) {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method,
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return type == null ? request : request.header("Content-Type", type);
    }

    /** Sends the bytes, and reads until the server closes the connection. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
