package io.payroute.payment.accept;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.payment.TestPayments;
import io.payroute.payment.UnavailableDataSource;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.platform.Refusal;
import io.payroute.platform.TestRoles;
import io.payroute.platform.http.Problems;
import io.payroute.testing.Routes;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class PayRouteTest {

    private static final String GOOD = "{\"userId\":\"user-1\",\"amount\":49.99,\"method\":\"card\"}";
    private static final UUID EARLIER = UUID.fromString("01890000-0000-7000-8000-000000000001");

    private final DefaultCamelContext context = Routes.context();
    private final List<PaymentInstruction> accepted = new ArrayList<>();
    private final List<String> callers = new ArrayList<>();
    private Set<String> headersAtAccept;
    private Exception failure;
    private boolean replay;

    private final class Accepting extends AcceptPayment {
        private Accepting() {
            super(TestRoles.databases(new UnavailableDataSource()), TestPayments.providerRules(), null, 0, 1, 1,
                    Duration.ofSeconds(1),
                    "payment-topic");
        }

        @Override
        public CompletableFuture<Accepted> accept(PaymentInstruction instruction, String caller, String key, byte[] hash) {
            accepted.add(instruction);
            callers.add(caller + ' ' + key + ' ' + (hash == null ? 0 : hash.length));
            if (failure != null) {
                return CompletableFuture.failedFuture(failure);
            }
            return CompletableFuture.completedFuture(new Accepted(replay ? EARLIER : instruction.paymentId(), replay));
        }
    }

    @BeforeEach
    void start() throws Exception {
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("payHandler", new PayHandler(new Accepting()));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/10-pay.camel.yaml");
        AdviceWith.adviceWith(context, "payment-pay", route -> route.replaceFromWith("direct:pay"));
        AdviceWith.adviceWith(context, "payment-accept", route -> route.weaveById("accept-payment").before()
                .process(exchange -> headersAtAccept = Set.copyOf(exchange.getMessage().getHeaders().keySet())));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldAcceptOnceAndNameTheAddressToQuery() {
        // When
        Exchange answer = pay(GOOD, Map.of());

        // Then
        assertThat(accepted).singleElement().satisfies(one -> {
            assertThat(one.userId()).isEqualTo("user-1");
            assertThat(one.money()).isEqualTo(TestPayments.MONEY);
        });
        String id = accepted.get(0).paymentId().toString();
        assertThat(answer.getMessage().getHeaders()).containsOnlyKeys("CamelHttpResponseCode", "Content-Type", "Location")
                .containsEntry("CamelHttpResponseCode", 202).containsEntry("Location", "/api/v1/payments/" + id);
        assertThat(new JsonObject(answer.getMessage().getBody(String.class))).isEqualTo(new JsonObject()
                .put("message", "Payment submitted").put("paymentId", id).put("status", "pending"));
    }

    @Test
    void shouldLetNothingOfARequestInButWhatItNeeds() {
        // Given
        Map<String, Object> headers = Map.of("CamelHttpUri", "http://evil.example.com", "kafka.OVERRIDE_TOPIC", "evil", "To",
                "eve@example.com", "mail.smtp.host", "evil.example.com", "CamelFileName", "/etc/passwd", "Idempotency-Key",
                "key-1", "X-Payroute-Caller", "shop", "CamelHttpPath", "/pay", "Location", "http://evil.example.com");

        // When
        Exchange answer = pay(GOOD, headers);

        // Then
        assertThat(headersAtAccept).containsExactlyInAnyOrder("Idempotency-Key", "X-Payroute-Caller", "CamelHttpPath");
        assertThat(callers).containsExactly("shop key-1 32");
        assertThat(answer.getMessage().getHeaders().toString() + answer.getMessage().getBody(String.class))
                .doesNotContain("evil", "eve@", "passwd");
    }

    @Test
    void shouldSayThatAnAnswerIsTheFirstOneAgain() {
        // Given
        replay = true;

        // When
        Exchange answer = pay(GOOD, Map.of("Idempotency-Key", "key-1"));

        // Then
        assertThat(answer.getMessage().getHeader("Idempotent-Replayed")).isEqualTo("true");
        assertThat(new JsonObject(answer.getMessage().getBody(String.class)).getString("paymentId"))
                .isEqualTo(EARLIER.toString());
    }

    @Test
    void shouldNameABadFieldAndStoreNothing() {
        // When
        Exchange answer = pay("{\"userId\":\"user-1\",\"amount\":-1,\"method\":\"card\"}", Map.of("CamelHttpPath", "/pay"));

        // Then
        JsonObject problem = problem(answer, 422);
        assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("field")).isEqualTo("amount");
        assertThat(problem.getString("instance")).isEqualTo("/pay");
        assertThat(accepted).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoJson() {
        // When
        Exchange answer = pay("{\"userId\":", Map.of());

        // Then
        problem(answer, 400);
        assertThat(accepted).isEmpty();
    }

    @Test
    void shouldRefuseAnUnreadableIdempotencyKey() {
        // When
        Exchange answer = pay(GOOD, Map.of("Idempotency-Key", "two words"));

        // Then
        assertThat(problem(answer, 422).getString("detail")).contains("Idempotency-Key");
        assertThat(accepted).isEmpty();
    }

    @Test
    void shouldPassOnARefusal() {
        // Given
        failure = Refusal.unavailable(1);

        // When
        Exchange answer = pay(GOOD, Map.of());

        // Then
        problem(answer, 503);
        assertThat(answer.getMessage().getHeader("Retry-After", String.class)).isEqualTo("1");
    }

    @Test
    void shouldHideWhatWentWrongInsideAndTryOnce() {
        // Given
        failure = new IllegalStateException("jdbc:postgresql://secret-host/payment");

        // When
        Exchange answer = pay(GOOD, Map.of());

        // Then
        assertThat(problem(answer, 500).encode()).doesNotContain("secret-host", "IllegalState", "at io.payroute");
        assertThat(accepted).hasSize(1);
    }

    private Exchange pay(String body, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:pay", exchange -> {
            exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    private static JsonObject problem(Exchange answer, int status) {
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(status);
        assertThat(answer.getMessage().getHeader("Content-Type")).isEqualTo("application/problem+json");
        JsonObject problem = new JsonObject(answer.getMessage().getBody(String.class));
        assertThat(problem.getInteger("status")).isEqualTo(status);
        return problem;
    }
}
