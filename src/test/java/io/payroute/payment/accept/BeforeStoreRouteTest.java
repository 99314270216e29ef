package io.payroute.payment.accept;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.payment.PaymentFormats;
import io.payroute.payment.TestPayments;
import io.payroute.payment.hook.HookFailures;
import io.payroute.payment.hook.PaymentHook;
import io.payroute.payment.hook.PaymentHookThreads;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.routing.ProviderRoutes;
import io.payroute.platform.Failures;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.http.Problems;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.DecodedRecords;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** The ways in with a team's hook in front of the store, on a real database. */
@Timeout(60)
class BeforeStoreRouteTest {

    private static final String HOOK = """
            - route:
                id: payment-before-store
                description: The team's.
                group: payment
                routeConfigurationId: hook
                from:
                  uri: direct:payment-before-store
                  steps:
                    - bean:
                        ref: team
                        method: look
                    - choice:
                        when:
                          - expression:
                              simple:
                                expression: ${header.paymentAmountMinor} > 100000
                            steps:
                              - bean:
                                  ref: paymentHook
                                  method: refuse('Too Large', 'Up to 1000 are taken here, and no more.')
                          - expression:
                              simple:
                                expression: ${header.paymentUserId} == 'blocked'
                            steps:
                              - bean:
                                  ref: paymentHook
                                  method: forbid('blocked', 'This user may not pay.')
            """;
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final RoleDatabases databases = TestRoles.databases(database.dataSource());
    private final AcceptPayment acceptPayment = new AcceptPayment(databases, TestPayments.providerRules(),
            ForkJoinPool.commonPool(), 1, 16, 16, Duration.ofSeconds(20), "payment-topic");
    private final List<Set<String>> asked = new CopyOnWriteArrayList<>();
    private final PaymentHookThreads threads = new PaymentHookThreads(2, Duration.ofMillis(200));
    private volatile String mood = "";

    /** The team's own bean. */
    public class Team {
        public void look(Exchange exchange) throws Exception {
            asked.add(Set.copyOf(exchange.getMessage().getHeaders().keySet()));
            exchange.getMessage().setBody("{\"amount\":1}");
            exchange.getMessage().setHeader("Idempotency-Key", "another");
            switch (mood) {
                case "failing" -> throw new IllegalStateException("a mistake in the hook");
                case "refusing" -> new PaymentHook().refuse("no", "Not now.");
                case "late" -> new CountDownLatch(1).await(400, TimeUnit.MILLISECONDS);
                default -> {
                }
            }
        }
    }

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        HookFailures hookFailures = new HookFailures(new SimpleMeterRegistry());
        threads.register(context);
        context.getRegistry().unbind("beforeStore");
        context.getRegistry().bind("beforeStore",
                new BeforeStore(databases, new ReplacedHooks(context), hookFailures));
        context.getRegistry().unbind("hookFailure");
        context.getRegistry().bind("hookFailure", hookFailures);
        context.getRegistry().bind("paymentHook", new PaymentHook());
        context.getRegistry().bind("team", new Team());
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("payHandler", new PayHandler(acceptPayment));
        context.getRegistry().bind("createHandler", new CreateHandler(acceptPayment, new ProviderRoutes(context)));
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterStep());
        context.getRegistry().bind("kafkaBatch", TestBatches.of(letter -> {
        }));
        context.getRegistry().bind("recordOutcome", new RecordOutcome());
        context.getRegistry().bind("decodedRecords", new DecodedRecords());
        context.getRegistry().bind("recordPayments", new RecordPayments(databases, TestPayments.providerRules()));
        context.getRegistry().bind("decodeSubmitted", new DecodeSubmitted(new ProviderRoutes(context)));
        context.getRegistry().bind("paymentRequestJson", new PaymentFormats().json());
        context.getRegistry().bind("paymentRequestProtobuf", new PaymentFormats().protobuf());
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/05-hooks.camel.yaml", "payment/10-pay.camel.yaml",
                "payment/12-create.camel.yaml", "payment/20-charge-due.camel.yaml");
        PluginHelper.getRoutesLoader(context).updateRoutes(List.of(ResourceHelper.fromString("hook.camel.yaml", HOOK)));
        for (String id : List.of("pay", "create", "submitted")) {
            AdviceWith.adviceWith(context, "payment-" + id, route -> route.replaceFromWith("direct:in-" + id));
        }
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        threads.close();
        acceptPayment.close();
    }

    @Test
    void shouldStoreWhatTheHookLetsGoAsItWas() {
        // When
        Exchange answer = pay("user-1", "49.99", "k1");

        // Then
        assertThat(status(answer)).isEqualTo(202);
        assertThat(database.rows("SELECT user_id, amount_minor FROM payment")).containsExactly("user-1 4999");
        assertThat(database.rows("SELECT idempotency_key FROM idempotency_key")).containsExactly("k1");
        assertThat(asked).singleElement().satisfies(headers -> assertThat(headers).contains("paymentAmount")
                .doesNotContain("Idempotency-Key", "X-Payroute-Caller", "CamelHttpPath"));
    }

    @ParameterizedTest
    @CsvSource({"user-1, 1000.01, 422, too-large", "blocked, 1, 403, blocked"})
    void shouldStoreNothingOfWhatTheHookRefuses(String user, String amount, int status, String type) {
        // When
        Exchange answer = pay(user, amount, "k1");

        // Then
        assertThat(status(answer)).isEqualTo(status);
        assertThat(body(answer).getString("type")).isEqualTo("/problems/" + type);
        nothingIsStored();
    }

    @Test
    void shouldAnswerAsThePaymentsApiDoesWhenTheHookRefuses() {
        // When
        Exchange answer = send("direct:in-create", "{\"user_id\":\"user-1\",\"amount\":2000,\"currency\":\"USD\"}", Map.of());

        // Then
        assertThat(status(answer)).isEqualTo(422);
        assertThat(body(answer).getString("detail")).isEqualTo("Up to 1000 are taken here, and no more.");
        nothingIsStored();
    }

    @ParameterizedTest
    @CsvSource({"failing", "late"})
    void shouldBeUnavailableAndStoreNothingWhenTheHookCannotDecide(String cannot) {
        // Given
        mood = cannot;

        // When
        Exchange answer = pay("user-1", "49.99", "k1");

        // Then
        assertThat(status(answer)).isEqualTo(503);
        assertThat(answer.getMessage().getHeader("Retry-After")).isNotNull();
        assertThat(body(answer).encode()).doesNotContain("mistake");
        nothingIsStored();
    }

    @ParameterizedTest
    @CsvSource({"failing", "late", "refusing"})
    void shouldGiveTheFirstAnswerAgainWhateverTheHookSaysNow(String now) {
        // Given
        String first = body(pay("user-1", "49.99", "k1")).encode();
        mood = now;

        // When
        Exchange answer = pay("user-1", "49.99", "k1");

        // Then
        assertThat(status(answer)).isEqualTo(202);
        assertThat(answer.getMessage().getHeader("Idempotent-Replayed")).isEqualTo("true");
        assertThat(body(answer).encode()).isEqualTo(first);
        assertThat(database.count("payment")).isEqualTo(1);
    }

    @Test
    void shouldNotUseUpTheKeyOfWhatIsRefused() {
        // Given
        mood = "refusing";
        pay("user-1", "49.99", "k1");
        mood = "";

        // When
        Exchange answer = pay("user-1", "49.99", "k1");

        // Then
        assertThat(status(answer)).isEqualTo(202);
        assertThat(answer.getMessage().getHeader("Idempotent-Replayed")).isNull();
    }

    @Test
    void shouldAskAgainWhenItFailsForAPaymentOfAnotherProducer() {
        // Given
        mood = "failing";

        // When
        Exchange record = decode("{\"userId\":\"user-1\",\"amount\":1,\"method\":\"card\"}");

        // Then
        assertThat(record.getException()).isNotNull();
        assertThat(asked).hasSize(3);
    }

    @Test
    void shouldGoOnWithAPaymentOfAnotherProducer() {
        // When
        Exchange record = decode("{\"userId\":\"user-1\",\"amount\":1,\"method\":\"card\"}");

        // Then
        assertThat(record.getMessage().getBody()).isInstanceOf(RecordPayments.Submitted.class);
        assertThat(asked).hasSize(1);
    }

    @Test
    void shouldNotCallThePackagedHook() throws Exception {
        // Given
        Routes.load(context, "payment/05-hooks.camel.yaml");

        // When
        Exchange answer = pay("user-1", "5000", "k1");

        // Then
        assertThat(status(answer)).isEqualTo(202);
    }

    private static void nothingIsStored() {
        assertThat(List.of("payment", "idempotency_key", "outbox"))
                .allSatisfy(table -> assertThat(database.count(table)).isZero());
    }

    private Exchange pay(String user, String amount, String key) {
        return send("direct:in-pay", "{\"userId\":\"" + user + "\",\"amount\":" + amount + ",\"method\":\"card\"}",
                Map.of("Idempotency-Key", key, "CamelHttpPath", "/pay", "X-Payroute-Caller", "shop"));
    }

    private Exchange decode(String json) {
        return context.createProducerTemplate().send("direct:payment-decode", exchange -> {
            exchange.setMessage(TestBatches.record("event-1"));
            exchange.getMessage().setBody(json.getBytes(StandardCharsets.UTF_8));
            exchange.getMessage().setHeader("content-type", "application/json");
        });
    }

    private Exchange send(String to, String body, Map<String, Object> headers) {
        return context.createProducerTemplate().send(to, exchange -> {
            exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
            exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
    }

    private static int status(Exchange answer) {
        return answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    }

    private static JsonObject body(Exchange answer) {
        return new JsonObject(answer.getMessage().getBody(String.class));
    }
}
