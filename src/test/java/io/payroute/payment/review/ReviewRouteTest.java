package io.payroute.payment.review;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.payroute.payment.PaymentOutcomes;
import io.payroute.payment.TestPayments;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.payment.query.FindPayments;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.Problems;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** What a person decides on a held payment, down to the database. */
@Timeout(60)
class ReviewRouteTest {

    private static final String WORK = "SELECT provider, attempts, released, sent_at IS NULL, due_at <= now() FROM charge_work";
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final RoleDatabases databases = TestRoles.databases(database.dataSource());
    private final TransitionPayment transitionPayment = new TransitionPayment("payment.status-updated");
    private final PaymentOutcomes outcomes = TestPayments.outcomes(database);

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("reviewHandler",
                new ReviewHandler(new ReviewPayment(databases, transitionPayment, outcomes), new FindPayments(databases)));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/47-review.camel.yaml");
        AdviceWith.adviceWith(context, "payment-approve", route -> route.replaceFromWith("direct:approve"));
        AdviceWith.adviceWith(context, "payment-reject", route -> route.replaceFromWith("direct:reject"));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        outcomes.close();
    }

    @Test
    void shouldMakeAnApprovedPaymentDueAndKeepWhoApprovedIt() {
        // Given
        UUID id = payment(PaymentStatus.REVIEW);

        // When
        Exchange answer = send("approve", id, "{\"reason\":\"known customer\"}", null);

        // Then
        assertThat(status(answer)).isEqualTo(200);
        assertThat(answer.getMessage().getBody(String.class)).contains("\"status\":\"processing\"");
        assertThat(database.rows(WORK)).containsExactly("sandbox 0 t t t");
        assertThat(database.rows("SELECT type, detail->>'by', detail->>'reason' FROM payment_event"))
                .containsExactly("payment.approved operator known customer");
        assertThat(database.count("payment_review")).isZero();
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldFailARejectedPaymentWithItsReason() {
        // Given
        UUID id = payment(PaymentStatus.REVIEW);

        // When
        Exchange answer = send("reject", id, "{\"reason\":\"stolen card\"}", null);

        // Then
        assertThat(status(answer)).isEqualTo(200);
        assertThat(database.rows("SELECT status, reason FROM payment")).containsExactly("failed stolen card");
        assertThat(database.rows("SELECT type, detail->>'by', detail->>'reason' FROM payment_event"))
                .containsExactly("payment.rejected operator stolen card");
        assertThat(database.count("payment_review")).isZero();
        assertThat(database.count("charge_work")).isZero();
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldDecideOnceForARepeatedRequest() {
        // Given
        UUID id = payment(PaymentStatus.REVIEW);
        send("approve", id, "{}", "k1");

        // When
        Exchange answer = send("approve", id, "{}", "k1");

        // Then
        assertThat(status(answer)).isEqualTo(200);
        assertThat(answer.getMessage().getHeader(Idempotency.REPLAYED)).isEqualTo("true");
        assertThat(database.count("payment_event")).isEqualTo(1);
        assertThat(database.count("charge_work")).isEqualTo(1);
    }

    @Test
    void shouldRefuseASecondDecision() {
        // Given
        UUID id = payment(PaymentStatus.REVIEW);
        send("approve", id, "{}", null);

        // When
        Exchange answer = send("reject", id, "{\"reason\":\"too late\"}", null);

        // Then
        assertThat(status(answer)).isEqualTo(409);
        assertThat(database.rows("SELECT status FROM payment")).containsExactly("processing");
    }

    @ParameterizedTest
    @EnumSource
    void shouldDecideAsTheTableSays(PaymentStatus status) {
        // Given
        UUID id = payment(status);

        // When
        Exchange answer = send("reject", id, "{\"reason\":\"stolen card\"}", null);

        // Then
        PaymentState.Decision decision = PaymentState.decide(status, PaymentFact.REJECTED);
        assertThat(status(answer)).isEqualTo(decision.effect() == PaymentState.Effect.REFUSE ? 409 : 200);
        assertThat(database.value("SELECT status FROM payment")).isEqualTo(decision.next().word());
    }

    @Test
    void shouldNotFindAPaymentThatIsNotThere() {
        // When
        Exchange answer = send("approve", Ids.next(), null, null);

        // Then
        assertThat(status(answer)).isEqualTo(404);
    }

    @Test
    void shouldNeedAReasonToReject() {
        // Given
        UUID id = payment(PaymentStatus.REVIEW);

        // When
        Exchange answer = send("reject", id, null, null);

        // Then
        assertThat(status(answer)).isEqualTo(422);
        assertThat(database.value("SELECT status FROM payment")).isEqualTo("review");
    }

    @Test
    void shouldLetTheOwnerCancelWhatIsHeld() throws Exception {
        // Given
        UUID id = payment(PaymentStatus.REVIEW);

        // When
        new RequestOperation(databases, transitionPayment).take(new RequestOperation.Request(PaymentOperation.Kind.CANCEL, id,
                null, null, new Idempotency.Key("shop", null, null)));

        // Then
        assertThat(database.value("SELECT status FROM payment")).isEqualTo("cancelled");
        assertThat(database.count("payment_review")).isZero();
    }

    private static UUID payment(PaymentStatus status) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, provider_rule) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox', 'default')", id);
        TestPayments.way(status).forEach(next -> database.execute("UPDATE payment SET status = ?, captured_minor = CASE WHEN ? "
                + "= ANY (ARRAY['completed', 'partially_refunded', 'refunded']) THEN amount_minor ELSE 0 END", next.word(),
                next.word()));
        if (status == PaymentStatus.REVIEW) {
            database.execute("INSERT INTO payment_review (payment_id, reason) VALUES (?, 'above 1000')", id);
        }
        return id;
    }

    private Exchange send(String decision, UUID id, String body, String key) {
        Map<String, Object> headers = new HashMap<>(
                Map.of("id", id.toString(), "X-Payroute-Caller", "operator", Exchange.HTTP_PATH, "/" + decision));
        if (key != null) {
            headers.put(Idempotency.HEADER, key);
        }
        return context.createProducerTemplate().send("direct:" + decision, exchange -> {
            exchange.getMessage().setBody(body == null ? null : body.getBytes(StandardCharsets.UTF_8));
            exchange.getMessage().setHeaders(headers);
        });
    }

    private static int status(Exchange answer) {
        return answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
    }
}
