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

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.TestPayments;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.charge.BeginCall;
import io.payroute.payment.charge.ChargeRules;
import io.payroute.payment.charge.ProviderFailover;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.payment.provider.stripe.StripeStub;
import io.payroute.payment.provider.stripe.TestStripe;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.TestWork;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Captures, cancellations and refunds at Stripe from the request to the books, by the routes as they are. */
@Timeout(120)
class StripeOperationTest {

    private static final String INTENT = "/v1/payment_intents/pi_1";
    private static final String CAPTURE = INTENT + "/capture";
    private static final String REFUNDS = "/v1/refunds";
    private static TestDatabase database;

    private final StripeStub stripe = new StripeStub();
    private final DefaultCamelContext context = Routes.context();
    private RequestOperation requests;
    private OperationOutcomes outcomes;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        stripe.start();
        context.getPropertiesComponent().addOverrideProperty("payment.provider.stripe.base-url", stripe.url());
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
        TestStripe.bindClient(context, Duration.ofSeconds(8));
        context.getRegistry().bind("stripeProvider", TestStripe.provider("sk_test_abcdefgh", stripe.url()));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/35-operations.camel.yaml",
                "payment/provider-stripe.camel.yaml");
        context.getRouteDefinition("payment-operation").autoStartup(false);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        outcomes.close();
        stripe.stop();
    }

    @Test
    void shouldBookACaptureThatStripeMadeAndAnsweredWithAServerError() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CAPTURE, payment, null);
        stripe.toPost(CAPTURE, serverError());
        stripe.toGet(INTENT, intent("succeeded", 4999));

        // When
        carryOut();

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
        assertThat(database.rows("SELECT status, amount_minor FROM payment_operation")).containsExactly("succeeded 4999");
        assertThat(stripe.requests()).hasSize(2);
    }

    @Test
    void shouldCaptureUnderAnotherKeyWhatAServerErrorHadPrevented() throws Exception {
        // Given
        UUID payment = payment("authorized");
        String id = take(Kind.CAPTURE, payment, "15.00").toString();
        stripe.stub(post(urlPathEqualTo(CAPTURE)).withHeader("Idempotency-Key", equalTo(id)), serverError());
        stripe.toGet(INTENT, intent("requires_capture", 0));
        stripe.stub(post(urlPathEqualTo(CAPTURE)).withHeader("Idempotency-Key", equalTo(id + "-2")), intent("succeeded", 1500));

        // When
        carryOut();

        // Then
        assertThat(state(payment)).isEqualTo("completed 1500 0 0");
        assertThat(database.rows("SELECT operation, outcome FROM provider_call ORDER BY id")).containsExactly(
                "capture unanswered", "status not_done", "capture completed");
    }

    @Test
    void shouldBookWhatWasTakenAndTellTheDifference() throws Exception {
        // Given
        UUID payment = payment("authorized");
        UUID capture = take(Kind.CAPTURE, payment, null);
        stripe.toPost(CAPTURE, error(400, "invalid_request_error", "\"code\":\"payment_intent_unexpected_state\","
                + "\"payment_intent\":" + json("succeeded", 4000)));

        // When
        carryOut();

        // Then
        assertThat(state(payment)).isEqualTo("completed 4000 0 0");
        assertThat(database.rows("SELECT status, amount_minor FROM payment_operation")).containsExactly("succeeded 4000");
        assertThat(database.rows("SELECT type, detail->>'operation_id', detail->>'operation', detail->>'asked_minor', "
                + "detail->>'amount_minor' FROM payment_event"))
                .containsExactly("operation.differs " + capture + " capture 4999 4000");
        assertThat(told().getCapturedMinor()).isEqualTo(4000);
    }

    @Test
    void shouldTellAConflictWhereMoreWasTakenThanReserved() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CAPTURE, payment, null);
        stripe.toPost(CAPTURE, intent("succeeded", 6000));

        // When
        carryOut();

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
        assertThat(database.rows("SELECT type, detail->>'operation', detail->>'amount_minor' FROM payment_event"))
                .containsExactly("provider.conflict capture 6000");
    }

    @Test
    void shouldBookACancellationThatStripeMadeAndAnsweredWithAServerError() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CANCEL, payment, null);
        stripe.toPost(INTENT + "/cancel", serverError());
        stripe.toGet(INTENT, intent("canceled", 0));

        // When
        carryOut();

        // Then
        assertThat(state(payment)).isEqualTo("cancelled 0 0 0");
        assertThat(database.count("payment_event")).isZero();
    }

    @Test
    void shouldBookARefundThatStripeMadeAndAnsweredWithAServerError() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = take(Kind.REFUND, payment, "10.00");
        stripe.toPost(REFUNDS, serverError());
        stripe.stub(get(urlPathEqualTo(REFUNDS)).withQueryParam("payment_intent", equalTo("pi_1")), ok("""
                {"data":[{"id":"re_1","status":"succeeded","amount":900,"currency":"usd","metadata":{"refund_id":"%s"}}]}"""
                .formatted(refund)));

        // When
        carryOut();

        // Then
        assertThat(state(payment)).isEqualTo("partially_refunded 4999 900 900");
        assertThat(database.rows("SELECT status, amount_minor, provider_reference FROM payment_operation"))
                .containsExactly("succeeded 900 re_1");
        assertThat(database.rows("SELECT type, detail->>'asked_minor', detail->>'amount_minor' FROM payment_event"))
                .containsExactly("operation.differs 1000 900");
    }

    @Test
    void shouldGiveUpARefundThatAServerErrorPreventsForEver() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = take(Kind.REFUND, payment, "10.00");
        stripe.toPost(REFUNDS, serverError());
        stripe.toGet(REFUNDS, ok("{\"data\":[],\"has_more\":false}"));

        // When
        carryOut();

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
        assertThat(database.rows("SELECT status, reason FROM payment_operation"))
                .containsExactly("failed provider_unavailable");
        assertThat(stripe.requests()).filteredOn(request -> request.getMethod().getName().equals("POST")).hasSize(3)
                .extracting((LoggedRequest request) -> request.getHeader("Idempotency-Key")).containsOnly(refund.toString());
    }

    @Test
    void shouldLeaveOpenWhatStripeCannotBeQueriedFor() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CAPTURE, payment, null);
        stripe.toPost(CAPTURE, serverError());
        stripe.stub(
                get(urlPathEqualTo(INTENT)).inScenario("unavailable").whenScenarioStateIs(Scenario.STARTED)
                        .willSetStateTo("back"),
                serverError());
        stripe.stub(get(urlPathEqualTo(INTENT)).inScenario("unavailable").whenScenarioStateIs("back"),
                intent("succeeded", 4999));

        // When
        carryOut();

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
        assertThat(database.rows("SELECT operation, outcome FROM provider_call ORDER BY id"))
                .containsExactly("capture unanswered", "status completed");
    }

    /** Stripe keeps it under the key. */
    private static ResponseDefinitionBuilder serverError() {
        return error(500, "api_error", "");
    }

    private static ResponseDefinitionBuilder intent(String status, long received) {
        return ok(json(status, received));
    }

    private static String json(String status, long received) {
        return "{\"id\":\"pi_1\",\"status\":\"%s\",\"amount\":4999,\"amount_received\":%d,\"currency\":\"usd\"}"
                .formatted(status, received);
    }

    private UUID take(Kind kind, UUID payment, String amount) throws Exception {
        return requests.take(new RequestOperation.Request(kind, payment, amount, null, new Idempotency.Key("shop", null, null)))
                .operationId();
    }

    /** Until the operation has ended. */
    private void carryOut() throws Exception {
        context.getRouteController().startRoute("payment-operation");
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            assertThat(database.value("SELECT status FROM payment_operation")).isNotEqualTo("pending");
        });
    }

    private static UUID payment(String status) {
        UUID id = OperationsTest.pending(database, 4999);
        database.execute(
                "UPDATE payment SET status = 'processing', provider = 'stripe', provider_reference = 'pi_1' WHERE id = ?", id);
        database.execute(
                "UPDATE payment SET status = ?, captured_minor = CASE WHEN ? THEN amount_minor ELSE 0 END WHERE id = ?",
                status, status.equals("completed"), id);
        return id;
    }

    private static String state(UUID payment) {
        return database.value("SELECT status, captured_minor, refund_claimed_minor, refunded_minor FROM payment WHERE id = ?",
                payment);
    }

    private static PaymentStatusUpdated told() throws Exception {
        return PaymentStatusUpdated
                .parseFrom(Sql.query(database.dataSource(), "SELECT payload FROM outbox", row -> row.getBytes(1))
                        .get(0));
    }
}
