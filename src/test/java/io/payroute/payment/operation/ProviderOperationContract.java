package io.payroute.payment.operation;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.TestPayments;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.charge.BeginCall;
import io.payroute.payment.charge.ChargeRules;
import io.payroute.payment.charge.ProviderFailover;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.payment.provider.ProviderStandIn;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.work.TestWork;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What holds for every provider from the request of an operation to the books: whatever happens to its answers, done once. */
@Timeout(120)
abstract class ProviderOperationContract {

    static TestDatabase database;

    final DefaultCamelContext context = Routes.context();
    private RequestOperation requests;
    private OperationOutcomes outcomes;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        RoleDatabases databases = TestRoles.databases(database.dataSource());
        TransitionPayment transitionPayment = new TransitionPayment("payment.status-updated");
        ProviderBreakers breakers = TestPayments.breakers();
        ChargeRules rules = new ChargeRules(new ProviderFailover(TestPayments.providerRules(), breakers), Duration.ofMillis(10),
                Duration.ofMillis(10), 3, List.of(Duration.ofMillis(10)));
        requests = new RequestOperation(databases, transitionPayment);
        outcomes = new OperationOutcomes(new FindOperations(databases), 10, Duration.ofMinutes(1));
        context.getPropertiesComponent().addOverrideProperty("payment.operation.poll-interval", "20ms");
        TestWork.queue(context, PaymentQueues.OPERATIONS, new OperationQueue(databases, breakers));
        context.getRegistry().bind("beginCall", new BeginCall());
        context.getRegistry().bind("settleCall",
                new SettleCall(null, new SettleOperation(databases, rules, breakers, transitionPayment, outcomes)));
        context.getRegistry().bind("providerFailure", new ProviderFailure());
        startProvider();
        Routes.load(context, "payment/35-operations.camel.yaml");
        context.getRouteDefinition("payment-operation").autoStartup(false);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        outcomes.close();
        standIn().stop();
    }

    abstract ProviderStandIn standIn();

    /** With more of it, where a test needs that. */
    void startProvider() throws Exception {
        standIn().start(context);
    }

    String currency() {
        return "USD";
    }

    /** It captures all of the payment, and its answer is lost. */
    abstract void captureAndLoseTheAnswer(UUID payment, UUID operation);

    /** It gives 10.00 back, and its answer is lost. */
    abstract void refundAndLoseTheAnswer(UUID payment, UUID operation);

    /** What the provider tells by itself afterwards, where its answers do not say it. */
    void tell(Kind kind, UUID payment) throws Exception {
        // Its answers do.
    }

    /** Whatever was sent could have taken effect once. */
    abstract void assertDoneOnce(Kind kind, UUID operation);

    @Test
    void shouldBookOnceACaptureWhoseAnswerWasLost() throws Exception {
        // Given
        UUID payment = payment("authorized");
        UUID capture = take(Kind.CAPTURE, payment, null);
        captureAndLoseTheAnswer(payment, capture);

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
        assertThat(database.rows("SELECT status, amount_minor FROM payment_operation")).containsExactly("succeeded 4999");
        assertThat(database.rows("SELECT operation, outcome FROM provider_call ORDER BY id").get(0))
                .isEqualTo("capture unanswered");
        assertThat(database.count("payment_event")).isZero();
        assertDoneOnce(Kind.CAPTURE, capture);
    }

    @Test
    void shouldBookOnceARefundWhoseAnswerWasLost() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = take(Kind.REFUND, payment, "10.00");
        refundAndLoseTheAnswer(payment, refund);

        // When
        carryOut(Kind.REFUND, payment);

        // Then
        assertThat(state(payment)).isEqualTo("partially_refunded 4999 1000 1000");
        assertThat(database.rows("SELECT status, amount_minor FROM payment_operation")).containsExactly("succeeded 1000");
        assertThat(database.count("payment_event")).isZero();
        assertDoneOnce(Kind.REFUND, refund);
    }

    @Test
    void shouldQueryWhatAKilledProcessHadSent() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = take(Kind.REFUND, payment, "10.00");
        refundAndLoseTheAnswer(payment, refund);
        database.execute("UPDATE payment_operation SET sent_at = now() - interval '1 minute', attempts = 1, due_at = now()");

        // When
        carryOut(Kind.REFUND, payment);

        // Then
        assertThat(state(payment)).isEqualTo("partially_refunded 4999 1000 1000");
        assertThat(database.rows("SELECT operation FROM provider_call")).first().isEqualTo("status");
        assertDoneOnce(Kind.REFUND, refund);
    }

    UUID take(Kind kind, UUID payment, String amount) throws Exception {
        return requests.take(new RequestOperation.Request(kind, payment, amount, null, new Idempotency.Key("shop", null, null)))
                .operationId();
    }

    /** Until the operation has ended. */
    void carryOut(Kind kind, UUID payment) throws Exception {
        context.getRouteController().startRoute("payment-operation");
        tell(kind, payment);
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            assertThat(database.value("SELECT status FROM payment_operation"))
                    .as(() -> database.rows("SELECT operation, outcome, detail FROM provider_call ORDER BY id").toString())
                    .isNotEqualTo("pending");
        });
    }

    UUID payment(String status) {
        UUID id = OperationsBed.pending(database, 4999);
        database.execute(
                "UPDATE payment SET status = 'processing', provider = ?, provider_reference = ?, currency = ? WHERE id = ?",
                standIn().name(), standIn().reference(), currency(), id);
        database.execute(
                "UPDATE payment SET status = ?, captured_minor = CASE WHEN ? THEN amount_minor ELSE 0 END WHERE id = ?",
                status, status.equals("completed"), id);
        return id;
    }

    static String state(UUID payment) {
        return database.value("SELECT status, captured_minor, refund_claimed_minor, refunded_minor FROM payment WHERE id = ?",
                payment);
    }
}
