package io.payroute.crash;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;

import io.payroute.crash.FaultyReceiver.Reply;
import io.payroute.payment.provider.stripe.StripeStub;
import io.payroute.platform.sql.Sql;
import io.payroute.testing.FreePorts;
import io.payroute.testing.RolesOn;
import io.payroute.testing.SandboxSignature;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All that the application has to do with, to be broken and mended piece by piece: its servers, a provider, a merchant's receivers,
 * a system of the team, and the folder with the team's files. What takes hours to become old is moved back in the database.
 */
final class Surroundings implements AutoCloseable {

    static final String SANDBOX_SECRET = "whsec_sandbox-sandbox-sandbox-sandbox-0";
    /** Of the gate for callers without a token a quarter. */
    private static final int MAX_WAITING = 32;
    private static final String SLOW_REQUEST = "POST /webhooks/sandbox HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    static final List<String> SCOPES = List.of("payments:read", "payments:write", "refunds:write", "webhooks:manage",
            "keys:manage",
            "notifications:send", "operate", "shop:buy", "catalog:manage");

    static final String JWT_SECRET = "jwt-secret-jwt-secret-jwt-secret";
    static final String GRPC_TOKEN = "grpc-grpc-grpc-grpc-grpc-grpc-grpc-0";
    private static Surroundings shared;

    final TestBed bed;
    final Desk desk;
    final int managementPort = FreePorts.next();
    ApplicationProcess application;
    private final StripeStub stripe = new StripeStub();
    private final int receiverPort = FreePorts.next();
    private final FaultyReceiver receiver = new FaultyReceiver(receiverPort, (path, headers, body) -> reply(path));
    private final Map<String, Reply> replies = new HashMap<>();
    private final Path folder;
    private final List<Socket> slow = new ArrayList<>();
    private Connection lock;

    /** With the application, started once for all tests of a process; each leaves it as it was. */
    static synchronized Surroundings shared() throws IOException {
        if (shared == null) {
            Surroundings made = new Surroundings("watched");
            Runtime.getRuntime().addShutdownHook(new Thread(Surroundings::end));
            made.start();
            shared = made;
        }
        return shared;
    }

    /** Once nobody needs it any more. */
    static synchronized void end() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
    }

    /** Of a caller who may do nothing but this. */
    static String token(String scope) {
        return "only-" + scope.replace(':', '-') + "-0123456789-0123456789-0123456789";
    }

    private Surroundings(String name) throws IOException {
        bed = TestBed.withRefusedMail(name);
        desk = new Desk(bed.address());
        folder = Path.of("target/crash", name + "-config-" + ProcessHandle.current().pid()).toAbsolutePath();
        copy(Path.of("src/test/resources/watch"), folder);
        stripe.start();
        answerOfStripe();
    }

    void start() {
        Map<String, String> settings = new HashMap<>(Map.of("payroute.config", folder.toString(), "team.url",
                "http://127.0.0.1:" + receiverPort, "metrics.queue-interval", "300ms", "payment.provider.stripe.base-url",
                stripe.url(), "payment.provider.stripe.api-key", "sk_test_0123456789abcdef0123456789",
                "payment.provider.sandbox.events.enabled",
                "false", "provider.sandbox.webhook-secrets", SANDBOX_SECRET));
        settings.putAll(Map.of("payment.breaker.window", "4", "payment.breaker.pause", "2s", "payment.unknown.query-schedule",
                "300ms", "payment.reconciliation.grace", "0s", "payment.reconciliation.poll-interval", "300ms",
                "payment.reconciliation.directory", folder.resolve("reports").toString(), "kafka.redelivery.attempts", "1",
                "payroute.http.max-waiting", String.valueOf(MAX_WAITING), "quarkus.datasource.notification.jdbc.max-size",
                "4"));
        settings.putAll(Map.of("camel.component.kafka.max-block-ms", "1000", "camel.component.kafka.request-timeout-ms", "1000",
                "camel.component.kafka.delivery-timeout-ms", "2000", "payment.provider.stripe.connect-timeout", "500ms",
                "payment.provider.stripe.read-timeout", "1s"));
        settings.putAll(RolesOn.all());
        // Events that nobody declared would be its dead letters, beside those of the tests.
        settings.put("aggregator.topics.pattern", "payments.raw.of-nobody");
        settings.put("payroute.hawtio.enabled", "true");
        settings.putAll(Map.of("payroute.management.port", String.valueOf(managementPort),
                "payroute.http.tokens",
                "crash:" + ApplicationProcess.TOKEN
                        + SCOPES.stream().map(scope -> "," + scope.replace(':', '-') + "[" + scope + "]:"
                                + token(scope)).collect(Collectors.joining()),
                "payroute.grpc.tokens",
                "roles:" + GRPC_TOKEN + ",reader[payments:read]:" + token("payments:read"), "payroute.jwt.secret", JWT_SECRET,
                "payroute.jwt.issuer", "https://issuer.test", "payroute.jwt.audience", "payroute"));
        application = bed.launch(settings).awaitReady();
    }

    private synchronized Reply reply(String path) {
        return replies.getOrDefault(path, Reply.TAKEN);
    }

    synchronized void replies(String path, Reply reply) {
        replies.put(path, reply);
    }

    /** @return its id */
    String endpoint(String path) throws Exception {
        return desk.send("POST", "/api/v1/webhook-endpoints",
                new JsonObject().put("url", "http://127.0.0.1:" + receiverPort + path)).getJsonObject("webhook_endpoint")
                .getString("id");
    }

    void answerOfStripe() {
        stripe.reset();
        stripe.toEverything(StripeStub.ok(StripeStub.intent("pi_1", "succeeded")));
        // More than was asked for.
        stripe.stub(WireMock.post(WireMock.urlPathEqualTo("/v1/payment_intents"))
                .withRequestBody(WireMock.containing("amount=777")),
                StripeStub.ok("{\"id\":\"pi_777\",\"status\":\"succeeded\",\"amount_received\":999,\"currency\":\"eur\"}"));
    }

    void silenceOfStripe() {
        stripe.reset();
        stripe.toEverything(WireMock.aResponse().withFault(Fault.EMPTY_RESPONSE));
    }

    /** An event that is signed and of a type that nobody has declared. */
    void tellOfSomethingUndeclared() throws Exception {
        JsonObject event = new JsonObject().put("id", "evt-" + System.nanoTime()).put("type", "nothing.known");
        desk.send("POST", "/webhooks/sandbox", event, "Sandbox-Signature", SandboxSignature.of(event.encode(), SANDBOX_SECRET));
    }

    /** Returns once the run is completed. */
    void reconcile() throws Exception {
        Instant now = Instant.now();
        String run = desk.send("POST", "/api/v1/reconciliations", new JsonObject().put("provider", "sandbox")
                .put("from", now.minusSeconds(3_600).toString()).put("to", now.plusSeconds(3_600).toString()))
                .getJsonObject("reconciliation").getString("id");
        Awaitility.await("reconciliation").atMost(PATIENCE).untilAsserted(
                () -> assertThat(desk.get("/api/v1/reconciliations/" + run).getJsonObject("reconciliation").getString("status"))
                        .isEqualTo("completed"));
    }

    void breakARoute() throws IOException {
        Files.writeString(folder.resolve("routes/broken.camel.yaml"), "- route:\n    id: broken\n    from: [\n");
    }

    void mendTheRoute() throws IOException {
        Files.delete(folder.resolve("routes/broken.camel.yaml"));
    }

    void put(String topic, String value, Map<String, String> headers, int times) throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bed.kafka.address("embedded.kafka.bootstrap-servers"));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < times; i++) {
                ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8));
                headers.forEach((name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
                producer.send(message);
            }
            producer.flush();
        }
    }

    /** Requests whose body does not come, as many as the gate for callers without a token lets in. */
    void comeSlowly() throws IOException {
        for (int i = 0; i <= MAX_WAITING / 4; i++) {
            Socket socket = new Socket("127.0.0.1", bed.address().getPort());
            socket.getOutputStream().write(SLOW_REQUEST.getBytes(StandardCharsets.US_ASCII));
            slow.add(socket);
        }
    }

    void comeNoMore() throws IOException {
        for (Socket socket : slow) {
            socket.close();
        }
        slow.clear();
    }

    /** Statements wait, and with them everybody who has a connection. */
    void lock(String database, String table) throws SQLException {
        lock = bed.connect(database);
        lock.setAutoCommit(false);
        Sql.update(lock, "LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
    }

    void unlock() throws SQLException {
        lock.close();
    }

    /** Changes rows in a database, once there are some that it changes. */
    void change(String database, String sql) {
        Awaitility.await(sql).atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            try (Connection connection = bed.connect(database)) {
                assertThat(Sql.update(connection, sql)).isPositive();
            }
        });
    }

    String value(String database, String sql) throws SQLException {
        try (Connection connection = bed.connect(database)) {
            return Sql.query(connection, sql, row -> row.getString(1)).get(0);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    @Override
    public void close() {
        bed.close();
        receiver.close();
        stripe.stop();
    }
}
