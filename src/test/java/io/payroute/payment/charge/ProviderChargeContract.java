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

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.TestPayments;
import io.payroute.payment.operation.SettleCall;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.payment.provider.ProviderStandIn;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.TestWork;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What holds for every provider, from the due charge to the settled payment: whatever happens to its answers, one charge and one end. */
@Timeout(90)
abstract class ProviderChargeContract {

    static TestDatabase database;

    final DefaultCamelContext context = Routes.context();
    private SettleCharge settleCharge;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        RoleDatabases databases = TestRoles.databases(database.dataSource());
        ProviderBreakers breakers = TestPayments.breakers();
        settleCharge = new SettleCharge(databases, TestPayments.rules(3), TestPayments.breakers(), TestPayments.meters(),
                TestPayments.outcomes(database), "payment.status-updated", 100, 100, Duration.ofSeconds(20));
        context.getPropertiesComponent().addOverrideProperty("payment.charge.poll-interval", "20ms");
        TestWork.queue(context, PaymentQueues.CHARGES, new ChargeQueue(databases, breakers,
                TestPayments.reroute(databases, TestPayments.providerRules(), breakers), TestPayments.NO_HOOKS));
        context.getRegistry().bind("beginCall", new BeginCall());
        context.getRegistry().bind("settleCall", new SettleCall(settleCharge, null));
        context.getRegistry().bind("providerFailure", new ProviderFailure());
        standIn().start(context);
        Routes.load(context, "payment/30-charge.camel.yaml");
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        settleCharge.close();
        standIn().stop();
    }

    abstract ProviderStandIn standIn();

    abstract String method();

    String currency() {
        return "USD";
    }

    /** It charges, and its answer is lost. */
    abstract void chargeAndLoseTheAnswer();

    abstract void declineAndLoseTheAnswer();

    /** It refuses the first request before it begins, and charges the next one. */
    abstract void limitTheRateOnce();

    /** It has the charge, and says later that it was made. */
    abstract void decideLater();

    /** It answers everything with a server error. */
    abstract void fail();

    /** Whatever was sent could have moved the money once. */
    abstract void assertChargedOnce(UUID payment);

    @Test
    void shouldCompleteOnceWhenTheAnswerToTheChargeIsLost() {
        // Given
        chargeAndLoseTheAnswer();

        // When
        UUID payment = payment();

        // Then
        awaitState(payment, "completed " + standIn().reference() + " 4999");
        assertThat(calls(payment)).satisfiesExactly(call -> assertThat(call).startsWith("charge unanswered"),
                call -> assertThat(call).isEqualTo("status completed " + standIn().reference()));
        assertThat(database.rows("SELECT from_status, to_status FROM payment_transition ORDER BY id")).containsExactly(
                "pending processing", "processing unknown", "unknown completed");
        assertChargedOnce(payment);
    }

    @Test
    void shouldQueryAndNotChargeWhatAKilledProcessHadSent() {
        // Given
        chargeAndLoseTheAnswer();
        UUID payment = unsettled();

        // When
        database.execute(
                "UPDATE charge_work SET sent_at = now() - interval '1 minute', attempts = 1, due_at = now(), not_before = now()");

        // Then
        awaitState(payment, "completed " + standIn().reference() + " 4999");
        assertThat(calls(payment)).allSatisfy(call -> assertThat(call).startsWith("status "));
        assertChargedOnce(payment);
    }

    @Test
    void shouldChargeLaterUnderTheSameKeyWhenTheRateIsLimited() {
        // Given
        limitTheRateOnce();

        // When
        UUID payment = payment();

        // Then
        awaitState(payment, "completed " + standIn().reference() + " 4999");
        assertThat(calls(payment).get(0)).startsWith("charge not_done");
        assertChargedOnce(payment);
    }

    @Test
    void shouldWaitForWhatTheProviderHasNotDecidedYet() {
        // Given
        decideLater();

        // When
        UUID payment = payment();

        // Then
        awaitState(payment, "completed " + standIn().reference() + " 4999");
        assertThat(calls(payment)).containsExactly("charge pending " + standIn().reference(),
                "status completed " + standIn().reference());
        assertThat(database.rows("SELECT from_status, to_status FROM payment_transition ORDER BY id")).containsExactly(
                "pending processing", "processing completed");
        assertChargedOnce(payment);
    }

    @Test
    void shouldEndWithTheDeclineThatWasLostOnItsWay() {
        // Given
        declineAndLoseTheAnswer();

        // When
        UUID payment = payment();

        // Then
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(state(payment).get(0)).startsWith("failed "));
        assertThat(database.value("SELECT reason FROM payment")).isEqualTo("insufficient_funds");
        assertThat(database.count("charge_work")).isZero();
    }

    @Test
    void shouldTakeNoServerErrorForADecline() {
        // Given
        fail();

        // When
        UUID payment = payment();

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(calls(payment)).hasSizeGreaterThan(1));
        assertThat(state(payment).get(0)).matches("(unknown|processing) .*");
        assertThat(calls(payment)).allSatisfy(call -> assertThat(call).doesNotContain("declined"));
    }

    void awaitState(UUID payment, String state) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(
                () -> assertThat(state(payment)).as(() -> calls(payment).toString()).containsExactly(state));
    }

    static List<String> state(UUID payment) {
        return database.rows("SELECT status, provider_reference, captured_minor FROM payment WHERE id = ?", payment);
    }

    static List<String> calls(UUID payment) {
        return database.rows("SELECT operation, outcome, detail FROM provider_call WHERE payment_id = ? ORDER BY id", payment);
    }

    UUID payment() {
        UUID payment = unsettled();
        database.execute("UPDATE charge_work SET due_at = now(), not_before = now() WHERE payment_id = ?", payment);
        return payment;
    }

    /** Its charge is not due yet. */
    private UUID unsettled() {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, ?, ?, ?)", id, currency(), method(), standIn().name());
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at) VALUES (?, ?, now() + interval '1 hour')", id,
                standIn().name());
        return id;
    }
}
