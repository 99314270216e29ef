package io.payroute.payment.charge;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.TestPayments;
import io.payroute.payment.operation.SettleCall;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.payment.provider.stripe.StripeStub;
import io.payroute.payment.provider.stripe.TestStripe;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.TestWork;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.intent;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** From the due charge to the settled payment, with Stripe: whatever happens to its answers, one charge and one end. */
@Timeout(60)
class StripeChargeTest {

    private static final String INTENTS = "/v1/payment_intents";
    private static TestDatabase database;

    private final StripeStub stripe = new StripeStub();
    private final DefaultCamelContext context = Routes.context();
    private SettleCharge settleCharge;

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
        ProviderBreakers breakers = TestPayments.breakers();
        settleCharge = new SettleCharge(TestRoles.databases(database.dataSource()), TestPayments.rules(3),
                TestPayments.breakers(), TestPayments.meters(), TestPayments.outcomes(database), "payment.status-updated", 100,
                100,
                Duration.ofSeconds(20));
        context.getPropertiesComponent().addOverrideProperty("payment.charge.poll-interval", "20ms");
        TestWork.queue(context, PaymentQueues.CHARGES, new ChargeQueue(databases, breakers,
                TestPayments.reroute(databases, TestPayments.providerRules(), breakers)));
        context.getRegistry().bind("beginCall", new BeginCall());
        context.getRegistry().bind("settleCall", new SettleCall(settleCharge, null));
        context.getRegistry().bind("providerFailure", new ProviderFailure());
        TestStripe.bindClient(context, Duration.ofSeconds(8));
        context.getRegistry().bind("stripeProvider",
                TestStripe.provider("sk_test_abcdefgh", stripe.url()));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/30-charge.camel.yaml",
                "payment/provider-stripe.camel.yaml");
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        settleCharge.close();
        stripe.stop();
    }

    @Test
    void shouldCompleteOnceWhenTheAnswerToTheChargeIsLost() {
        // Given
        stripe.stub(first(), aResponse().withFault(Fault.EMPTY_RESPONSE));
        stripe.stub(then(), ok(intent("pi_1", "succeeded")).withHeader("Idempotent-Replayed", "true"));

        // When
        UUID payment = payment();

        // Then
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(state(payment)).containsExactly("completed pi_1 4999"));
        assertThat(calls(payment)).satisfiesExactly(call -> assertThat(call).startsWith("charge unanswered"),
                call -> assertThat(call).isEqualTo("status completed pi_1"));
        assertThat(stripe.requests()).hasSize(2).extracting(request -> request.getHeader("Idempotency-Key"))
                .containsOnly(payment.toString());
        assertThat(stripe.requests()).extracting(LoggedRequest::getBodyAsString).containsOnly(
                stripe.requests().get(0).getBodyAsString());
        assertThat(database.rows("SELECT from_status, to_status FROM payment_transition ORDER BY id")).containsExactly(
                "pending processing", "processing unknown", "unknown completed");
    }

    @Test
    void shouldChargeLaterUnderTheSameKeyWhenStripeLimitsTheRate() {
        // Given
        stripe.stub(first(), error(429, "invalid_request_error", "\"code\":\"rate_limit\""));
        stripe.stub(then(), ok(intent("pi_1", "succeeded")));

        // When
        UUID payment = payment();

        // Then
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(state(payment)).containsExactly("completed pi_1 4999"));
        assertThat(calls(payment)).containsExactly("charge not_done rate_limited", "charge completed pi_1");
        assertThat(stripe.requests()).extracting(request -> request.getHeader("Idempotency-Key")).containsOnly(
                payment.toString());
    }

    @Test
    void shouldWaitForWhatStripeHasNotDecidedYet() {
        // Given
        stripe.toPost(INTENTS, ok(intent("pi_1", "processing")));
        stripe.toGet(INTENTS + "/pi_1", ok(intent("pi_1", "succeeded")));

        // When
        UUID payment = payment();

        // Then
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(state(payment)).containsExactly("completed pi_1 4999"));
        assertThat(calls(payment)).containsExactly("charge pending pi_1", "status completed pi_1");
        assertThat(database.rows("SELECT from_status, to_status FROM payment_transition ORDER BY id")).containsExactly(
                "pending processing", "processing completed");
    }

    @Test
    void shouldEndWithTheDeclineThatWasLostOnItsWay() {
        // Given
        stripe.stub(first(), aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        stripe.stub(then(), error(402, "card_error", "\"decline_code\":\"insufficient_funds\"")
                .withHeader("Idempotent-Replayed", "true"));

        // When
        UUID payment = payment();

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(state(payment)).containsExactly("failed null 0"));
        assertThat(database.value("SELECT reason FROM payment")).isEqualTo("insufficient_funds");
        assertThat(database.count("charge_work")).isZero();
    }

    @Test
    void shouldFindTheChargeThatStripeMadeAndAnsweredWithAServerError() {
        // Given
        stripe.toPost(INTENTS, error(500, "api_error", "").withHeader("Idempotent-Replayed", "true"));
        stripe.toGet(INTENTS + "/search", ok("{\"data\":[]}"));
        UUID payment = payment();
        stripe.toGet(INTENTS, ok("{\"data\":[" + intent("pi_1", "succeeded").replace("\"object\"",
                "\"metadata\":{\"payment_id\":\"" + payment + "\"},\"object\"") + "]}"));

        // When
        await().atMost(Duration.ofSeconds(30))

                // Then
                .untilAsserted(() -> assertThat(state(payment)).containsExactly("completed pi_1 4999"));
    }

    @Test
    void shouldEndAChargeThatAServerErrorPrevented() {
        // Given
        stripe.toPost(INTENTS, error(500, "api_error", "").withHeader("Idempotent-Replayed", "true")
                .withHeader("Date", "Fri, 02 Jan 2026 03:04:05 GMT"));
        stripe.toGet(INTENTS + "/search", ok("{\"data\":[]}"));
        stripe.toGet(INTENTS, ok("{\"data\":[],\"has_more\":false}"));
        UUID payment = payment();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(calls(payment)).hasSizeGreaterThan(1));
        String early = state(payment).get(0);

        // When
        database.execute("UPDATE charge_work SET sent_at = sent_at - interval '10 min', due_at = now()");

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(state(payment)).containsExactly("failed null 0"));
        assertThat(early).isEqualTo("unknown null 0");
        assertThat(database.value("SELECT reason FROM payment")).isEqualTo("provider_error");
        assertThat(stripe.requests()).extracting(request -> request.getHeader("Idempotency-Key"))
                .containsOnly(payment.toString(), null);
        assertThat(stripe.requests()).filteredOn(request -> request.getMethod().getName().equals("GET")).last()
                .satisfies(list -> assertThat(list.queryParameter("created[gte]").firstValue()).isBetween("1767321800",
                        "1767321845"));
    }

    @Test
    void shouldNotEndAChargeWhoseFirstRequestToArriveFailsLate() {
        // Given
        stripe.stub(first(), aResponse().withFault(Fault.EMPTY_RESPONSE));
        stripe.stub(then(), error(500, "api_error", "").withHeader("Stripe-Should-Retry", "false"));
        stripe.toGet(INTENTS, ok("{\"data\":[],\"has_more\":false}"));
        UUID payment = payment();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(calls(payment)).hasSize(1));

        // When
        database.execute("UPDATE charge_work SET sent_at = sent_at - interval '11 min', due_at = now()");

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(calls(payment)).hasSizeGreaterThan(1));
        assertThat(calls(payment).get(1)).startsWith("status unanswered");
        assertThat(state(payment)).containsExactly("unknown null 0");
    }

    private static MappingBuilder first() {
        return post(urlPathEqualTo(INTENTS)).inScenario("charge").whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("charged");
    }

    private static MappingBuilder then() {
        return post(urlPathEqualTo(INTENTS)).inScenario("charge").whenScenarioStateIs("charged");
    }

    private static List<String> state(UUID payment) {
        return database.rows("SELECT status, provider_reference, captured_minor FROM payment WHERE id = ?", payment);
    }

    private static List<String> calls(UUID payment) {
        return database.rows("SELECT operation, outcome, detail FROM provider_call WHERE payment_id = ? ORDER BY id", payment);
    }

    private static UUID payment() {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'pm_card_visa', 'stripe')", id);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at) VALUES (?, 'stripe', now())", id);
        return id;
    }
}
