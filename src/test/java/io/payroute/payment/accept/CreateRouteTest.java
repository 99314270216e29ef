package io.payroute.payment.accept;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.payment.PaymentOutcomes;
import io.payroute.payment.TestPayments;
import io.payroute.payment.routing.ProviderRoutes;
import io.payroute.platform.TestRoles;
import io.payroute.platform.http.HttpEdge;
import io.payroute.platform.http.Problems;
import io.payroute.platform.http.RequestCheck;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** POST /api/v1/payments and POST /process-payment, down to the database. */
@Timeout(60)
class CreateRouteTest {

    private static final String GOOD = "{\"user_id\":\"user-1\",\"amount\":49.99,\"currency\":\"USD\"}";
    private static final String PAY = "{\"userId\":\"user-1\",\"amount\":49.99,\"method\":\"card\"}";
    private static TestDatabase database;

    private static final MemorySize SIZE = new MemorySize(BigInteger.valueOf(65_536));

    private final DefaultCamelContext context = Routes.context();
    private final HttpEdge edge = new HttpEdge(16, 16, Duration.ofSeconds(1), SIZE, SIZE, Duration.ofSeconds(10), SIZE,
            request -> RequestCheck.PASSED, new SimpleMeterRegistry());
    private final AcceptPayment acceptPayment = new AcceptPayment(TestRoles.databases(database.dataSource()),
            TestPayments.providerRules(), ForkJoinPool.commonPool(), 1, 16, 16,
            Duration.ofSeconds(20), "payment-topic");
    private final PaymentOutcomes outcomes = TestPayments.outcomes(database);
    private Duration timeout = Duration.ofSeconds(20);

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("payHandler", new PayHandler(acceptPayment));
        context.getRegistry().bind("createHandler", new CreateHandler(acceptPayment, new ProviderRoutes(context) {
            @Override
            public Set<String> names() {
                return Set.of("sandbox");
            }
        }));
        context.getRegistry().bind("processHandler", new ProcessHandler(outcomes, edge, Duration.ofMillis(300)) {
            @Override
            public CompletionStage<Void> await(Exchange exchange) {
                return new ProcessHandler(outcomes, edge, timeout).await(exchange);
            }
        });
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/10-pay.camel.yaml", "payment/12-create.camel.yaml",
                "payment/14-process.camel.yaml");
        for (String id : List.of("pay", "create", "process", "process-usage")) {
            AdviceWith.adviceWith(context, "payment-" + id, route -> route.replaceFromWith("direct:http-" + id));
        }
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        acceptPayment.close();
        outcomes.close();
    }

    @Test
    void shouldCreateAPaymentAndSayWhereItIs() {
        // When
        Exchange answer = send("create", GOOD, Map.of());

        // Then
        String id = database.value("SELECT id FROM payment");
        assertThat(answer.getMessage().getHeaders()).containsOnlyKeys("CamelHttpResponseCode", "Content-Type", "Location")
                .containsEntry("CamelHttpResponseCode", 201).containsEntry("Location", "/api/v1/payments/" + id);
        assertThat(body(answer)).isEqualTo(new JsonObject().put("payment_id", id).put("status", "pending")
                .put("payment_status", "pending").put("message", "Payment created"));
        assertThat(database.rows("SELECT user_id, amount_minor, currency, method, provider, capture FROM payment"))
                .containsExactly("user-1 4999 USD card sandbox t");
    }

    @Test
    void shouldStoreEverythingThatIsRequested() {
        // When
        send("create", "{\"user_id\":\"user-1\",\"amount\":\"4.999\",\"currency\":\"KWD\",\"method\":\"wallet\",\"provider\":"
                + "\"sandbox\",\"capture\":false,\"email\":\"ada@example.com\",\"order_id\":\"order-1\",\"description\":\"a "
                + "book\"}", Map.of());

        // Then
        assertThat(database.rows("SELECT amount_minor, currency, method, provider, capture, email, order_id, description "
                + "FROM payment")).containsExactly("4999 KWD wallet sandbox f ada@example.com order-1 a book");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"-,X-User-ID,ada,ada", "-,X-Payroute-User,ada,ada", "bob,X-User-ID,ada,bob"})
    void shouldTakeTheUserFromTheBodyOrTheCaller(String inBody, String header, String value, String expected) {
        // Given
        JsonObject body = new JsonObject().put("amount", 1).put("currency", "USD");
        if (inBody != null) {
            body.put("user_id", inBody);
        }

        // When
        Exchange answer = send("create", body.encode(), Map.of(header, value));

        // Then
        assertThat(status(answer)).isEqualTo(201);
        assertThat(database.value("SELECT user_id FROM payment")).isEqualTo(expected);
    }

    @Test
    void shouldNotLetAUserChooseTheProvider() {
        // When
        Exchange answer = send("create", "{\"amount\":1,\"currency\":\"USD\",\"provider\":\"sandbox\"}",
                Map.of("X-Payroute-User", "ada"));

        // Then
        assertThat(status(answer)).isEqualTo(403);
        assertThat(database.count("payment")).isZero();
    }

    @Test
    void shouldNotLetAUserActForAnother() {
        // When
        List<Integer> answers = List.of(status(send("create", GOOD, Map.of("X-Payroute-User", "eve", "X-User-ID", "user-1"))),
                status(send("pay", PAY, Map.of("X-Payroute-User", "eve"))),
                status(send("process", PAY, Map.of("X-Payroute-User", "eve"))));

        // Then
        assertThat(answers).containsExactly(403, 403, 403);
        assertThat(database.count("payment")).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"{\"amount\":1,\"currency\":\"USD\"};user_id",
            "{\"user_id\":\"u\",\"amount\":1};currency", "{\"user_id\":\"u\",\"amount\":1.001,\"currency\":\"USD\"};amount",
            "{\"user_id\":\"u\",\"amount\":1,\"currency\":\"USD\",\"provider\":\"nobody\"};provider",
            "{\"user_id\":\"u\",\"amount\":1,\"currency\":\"USD\",\"capture\":\"no\"};capture",
            "{\"user_id\":\"u\",\"amount\":1,\"currency\":\"USD\",\"surprise\":1};surprise",
            "{\"user_id\":\"u\",\"amount\":1,\"currency\":\"USD\",\"email\":\"a@b@c\"};email"})
    void shouldNameABadFieldAndStoreNothing(String body, String field) {
        // When
        Exchange answer = send("create", body, Map.of());

        // Then
        assertThat(status(answer)).isEqualTo(422);
        assertThat(body(answer).getJsonArray("errors").getJsonObject(0).getString("field")).isEqualTo(field);
        assertThat(database.count("payment")).isZero();
    }

    @Test
    void shouldGiveTheFirstAnswerAgainForAKeyAndNoOtherRequest() {
        // Given
        Map<String, Object> key = Map.of("Idempotency-Key", "key-1", "X-User-ID", "ada", "X-Payroute-Caller", "shop");
        String body = "{\"amount\":1,\"currency\":\"USD\"}";
        String first = body(send("create", body, key)).getString("payment_id");

        // When
        Exchange again = send("create", body, key);
        Map<String, Object> otherUser = new HashMap<>(key);
        otherUser.put("X-User-ID", "bob");
        Exchange other = send("create", body, otherUser);

        // Then
        assertThat(status(again)).isEqualTo(201);
        assertThat(again.getMessage().getHeader("Idempotent-Replayed")).isEqualTo("true");
        assertThat(body(again).getString("payment_id")).isEqualTo(first);
        assertThat(status(other)).isEqualTo(422);
        assertThat(database.count("payment")).isEqualTo(1);
    }

    @Test
    void shouldAnswerWithTheOutcomeAsSoonAsItIsKnown() throws Exception {
        // Given
        var answer = context.createProducerTemplate().asyncSend("direct:http-process",
                exchange -> fill(exchange, PAY, Map.of()));
        await().untilAsserted(() -> assertThat(database.count("payment")).isEqualTo(1));
        database.execute("UPDATE payment SET status = 'processing'");
        database.execute("UPDATE payment SET status = 'failed', reason = 'insufficient_funds'");

        // When
        outcomes.changed(List.of(UUID.fromString(database.value("SELECT id FROM payment"))));

        // Then
        assertThat(status(answer.get())).isEqualTo(200);
        assertThat(body(answer.get()).getJsonObject("payment").getString("reason")).isEqualTo("insufficient_funds");
    }

    @Test
    void shouldNameTheAddressToQueryWhenThereIsNoOutcomeInTime() {
        // Given
        timeout = Duration.ofMillis(100);

        // When
        Exchange answer = send("process", PAY, Map.of());

        // Then
        assertThat(status(answer)).isEqualTo(202);
        assertThat(answer.getMessage().getHeader("Location"))
                .isEqualTo("/api/v1/payments/" + database.value("SELECT id FROM payment"));
        assertThat(edge.inFlight()).isZero();
    }

    @Test
    void shouldSayHowItIsUsedAndChangeNothing() {
        // When
        Exchange answer = send("process-usage", "", Map.of());

        // Then
        assertThat(body(answer).getString("message")).contains("POST").contains("Location");
        assertThat(database.count("payment")).isZero();
    }

    private Exchange send(String verb, String body, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:http-" + verb, exchange -> fill(exchange, body, headers));
    }

    private static void fill(Exchange exchange, String body, Map<String, Object> headers) {
        exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
        exchange.getMessage().getHeaders().putAll(headers);
        exchange.getMessage().setHeader("CamelHttpUri", "http://evil.example.com");
    }

    private static JsonObject body(Exchange answer) {
        return new JsonObject(answer.getMessage().getBody(String.class));
    }

    private static int status(Exchange answer) {
        assertThat(answer.getException()).isNull();
        return answer.getMessage().getHeader("CamelHttpResponseCode", 200, Integer.class);
    }
}
