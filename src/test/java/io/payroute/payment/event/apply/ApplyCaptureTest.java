package io.payroute.payment.event.apply;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.platform.Ids;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Kind;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** Further money for a payment: of an authorisation of 100.00 that the provider calls auth-1. */
@Timeout(120)
class ApplyCaptureTest {

    private static TestDatabase database;
    private static ApplyEvent applyEvent;
    private static RequestOperation requests;

    private UUID payment;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
        applyEvent = TestApplyEvent.applyEvent();
        requests = new RequestOperation(TestRoles.databases(database.dataSource()),
                new TransitionPayment("payment.status-updated"));
    }

    @BeforeEach
    void authorize() {
        database.clear();
        payment = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, capture) "
                + "VALUES (?, 'user-1', 10000, 'USD', 'card', 'paypal', false)", payment);
        database.execute("UPDATE payment SET status = 'processing'");
        database.execute("UPDATE payment SET status = 'authorized', provider_reference = 'auth-1'");
    }

    @Test
    void shouldAddASecondCaptureOfWhatWasAuthorised() throws Exception {
        // Given
        TestWebhooks.endpoint(database, "https://example.com/hook", WebhookSecret.next());
        apply("auth-1", "cap-1", 4_000);
        database.execute("DELETE FROM outbox");

        // When
        Effect effect = apply("auth-1", "cap-2", 2_500);

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(captured()).isEqualTo("completed 6500");
        assertThat(database.rows("SELECT kind, amount_minor, status, requested_by, provider_reference FROM payment_operation "
                + "ORDER BY id")).containsExactly("capture 4000 succeeded provider:paypal cap-1",
                        "capture 2500 succeeded provider:paypal cap-2");
        assertThat(database.count("outbox")).isZero();
        JsonObject told = new JsonObject(database.value("SELECT payload FROM webhook_delivery"));
        assertThat(told.getString("type")).isEqualTo("payment.capture_changed");
        assertThat(told.getJsonObject("data").getLong("captured_minor")).isEqualTo(6_500);
        assertThat(told.getJsonObject("data").getString("status")).isEqualTo("completed");
    }

    @ParameterizedTest
    @CsvSource({"auth-1, cap-1, 4000, NO_EFFECT", ", cap-1, 4000, NO_EFFECT", "auth-1, cap-1, 4001, CONFLICT",
            "auth-1, cap-2, 6000, APPLIED", "auth-1, cap-2, 6001, CONFLICT", ", cap-2, 6000, APPLIED",
            "auth-2, cap-2, 1000, CONFLICT", "pi-2, , 1000, CONFLICT", "pi-2, , 4000, CONFLICT", ", , 4000, NO_EFFECT",
            ", , 1000, CONFLICT"})
    void shouldTellFurtherMoneyFromARepetitionByReferenceAndAmount(String reference, String capture, long minor, Effect effect)
            throws Exception {
        // Given
        apply("auth-1", "cap-1", 4_000);

        // When
        Effect seen = apply(reference, capture, minor);

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(captured()).isEqualTo("completed " + (effect == Effect.APPLIED ? 4_000 + minor : 4_000));
    }

    @Test
    void shouldKnowEveryCaptureAgain() throws Exception {
        // Given
        apply("auth-1", "cap-1", 4_000);
        apply("auth-1", "cap-2", 2_500);

        // When
        List<Effect> effects = List.of(apply("auth-1", "cap-1", 4_000), apply("auth-1", "cap-2", 2_500),
                apply("auth-1", "cap-2", 4_000));

        // Then
        assertThat(effects).containsExactly(Effect.NO_EFFECT, Effect.NO_EFFECT, Effect.CONFLICT);
        assertThat(captured()).isEqualTo("completed 6500");
    }

    @ParameterizedTest
    @CsvSource({"cap-1, 4000, NO_EFFECT", "cap-2, 3000, APPLIED"})
    void shouldKnowTheCaptureThatWeHadRequested(String capture, long minor, Effect effect) throws Exception {
        // Given
        UUID ours = requests.take(new RequestOperation.Request(PaymentOperation.Kind.CAPTURE, payment, "40.00", null,
                new Idempotency.Key("shop", null, null))).operationId();
        apply("auth-1", "cap-1", 4_000);

        // When
        Effect seen = apply("auth-1", capture, minor);

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(database.value("SELECT status || ' ' || amount_minor || ' ' || provider_reference FROM payment_operation "
                + "WHERE id = ?", ours)).isEqualTo("succeeded 4000 cap-1");
    }

    @Test
    void shouldBookTheCaptureOfOursWithWhatWasTaken() throws Exception {
        // Given
        requests.take(new RequestOperation.Request(PaymentOperation.Kind.CAPTURE, payment, "40.00", null,
                new Idempotency.Key("shop", null, null)));

        // When
        Effect effect = apply("auth-1", "cap-1", 3_500);

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(captured()).isEqualTo("completed 3500");
        assertThat(database.value("SELECT amount_minor FROM payment_operation")).isEqualTo("3500");
        assertThat(database.value("SELECT detail->>'asked_minor' FROM payment_event")).isEqualTo("4000");
    }

    /** Where a payment has one name for all its captures, an event tells their sum. */
    @ParameterizedTest
    @CsvSource({"4000, NO_EFFECT, 4000", "7000, APPLIED, 7000", "10001, CONFLICT, 4000", "3999, CONFLICT, 4000"})
    void shouldTakeTheSumOfAllWhereCapturesHaveNoNamesOfTheirOwn(long minor, Effect effect, long captured) throws Exception {
        // Given
        apply("auth-1", null, 4_000);

        // When
        Effect seen = apply("auth-1", null, minor);

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(captured()).isEqualTo("completed " + captured);
    }

    /** The answer to a charge named the payment; the event names the money. */
    @Test
    void shouldLearnTheNameOfTheMoneyThatIsBookedOnce() throws Exception {
        // Given
        complete();

        // When
        List<Effect> effects = List.of(apply("auth-1", "cap-1", 10_000), apply("auth-1", "cap-1", 10_000),
                apply("auth-1", "cap-2", 10_000));

        // Then
        assertThat(effects).containsExactly(Effect.NO_EFFECT, Effect.NO_EFFECT, Effect.CONFLICT);
        assertThat(captured()).isEqualTo("completed 10000");
    }

    @Test
    void shouldReportASecondChargeOfTheSamePayment() throws Exception {
        // Given
        complete();

        // When
        Effect effect = apply("pi-2", null, 10_000);

        // Then
        assertThat(effect).isEqualTo(Effect.CONFLICT);
    }

    @Test
    void shouldAddToWhatIsRefundedInPartAndReportMoneyForWhatIsRefunded() throws Exception {
        // Given
        apply("auth-1", "cap-1", 4_000);
        refund("re-1", 1_000);

        // When
        List<Effect> effects = List.of(apply("auth-1", "cap-2", 1_000), refund("re-2", 4_000), apply("auth-1", "cap-3", 1_000));

        // Then
        assertThat(effects).containsExactly(Effect.APPLIED, Effect.APPLIED, Effect.CONFLICT);
        assertThat(database.value("SELECT status || ' ' || captured_minor || ' ' || refunded_minor FROM payment"))
                .isEqualTo("refunded 5000 5000");
    }

    @Test
    void shouldFailAPaymentWhoseMoneyDidNotCome() throws Exception {
        // Given
        apply("auth-1", "cap-1", 4_000);
        database.execute("DELETE FROM outbox");

        // When
        List<Effect> effects = List.of(apply(Kind.CAPTURE_FAILED, "auth-1", "cap-1", 4_000),
                apply(Kind.CAPTURE_FAILED, "auth-1", "cap-1", 4_000), apply("auth-1", "cap-1", 4_000),
                apply("auth-1", "cap-2", 4_000));

        // Then
        assertThat(effects).containsExactly(Effect.APPLIED, Effect.NO_EFFECT, Effect.NO_EFFECT, Effect.CONFLICT);
        assertThat(database.value("SELECT status || ' ' || reason || ' ' || captured_minor FROM payment"))
                .isEqualTo("failed capture_failed 0");
        assertThat(database.value("SELECT status || ' ' || reason FROM payment_operation")).isEqualTo("failed capture_failed");
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldTakeOnlyTheCaptureBackThatFailed() throws Exception {
        // Given
        TestWebhooks.endpoint(database, "https://example.com/hook", WebhookSecret.next());
        apply("auth-1", "cap-1", 4_000);
        apply("auth-1", "cap-2", 2_500);
        database.execute("DELETE FROM webhook_delivery");

        // When
        List<Effect> effects = List.of(apply(Kind.CAPTURE_FAILED, "auth-1", "cap-2", 2_500),
                apply(Kind.CAPTURE_FAILED, "auth-1", "cap-2", 2_500), apply("auth-1", "cap-2", 2_500),
                apply("auth-1", "cap-1", 4_000));

        // Then
        assertThat(effects).containsExactly(Effect.APPLIED, Effect.NO_EFFECT, Effect.NO_EFFECT, Effect.NO_EFFECT);
        assertThat(captured()).isEqualTo("completed 4000");
        assertThat(database.rows("SELECT type FROM webhook_delivery")).containsExactly("payment.capture_changed");
    }

    @ParameterizedTest
    @CsvSource({"cap-1, 4001, CONFLICT", "cap-1, 3999, CONFLICT", "cap-9, 4000, NOT_YET", "cap-9, 3000, NOT_YET",
            "cap-9, 4001, NOT_YET", ", 4000, APPLIED", ", 3000, CONFLICT"})
    void shouldTakeBackWhatWasBookedAndNothingElse(String capture, long minor, Effect effect) throws Exception {
        // Given
        apply("auth-1", "cap-1", 4_000);

        // When
        Effect seen = apply(Kind.CAPTURE_FAILED, capture == null ? null : "auth-1", capture, minor);

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(captured()).isEqualTo(effect == Effect.APPLIED ? "failed 0" : "completed 4000");
    }

    @Test
    void shouldTakeBackNothingForACaptureThatIsStillToBeTold() throws Exception {
        // Given
        apply("auth-1", "cap-1", 5_000);

        // When
        List<Effect> effects = List.of(apply(Kind.CAPTURE_FAILED, "auth-1", "cap-2", 5_000), apply("auth-1", "cap-2", 5_000),
                apply(Kind.CAPTURE_FAILED, "auth-1", "cap-2", 5_000));

        // Then
        assertThat(effects).containsExactly(Effect.NOT_YET, Effect.APPLIED, Effect.APPLIED);
        assertThat(captured()).isEqualTo("completed 5000");
        assertThat(database.rows("SELECT provider_reference, status FROM payment_operation ORDER BY id"))
                .containsExactly("cap-1 succeeded", "cap-2 failed");
    }

    @Test
    void shouldTakeBackNothingOfAChargeWhoseNameIsAnother() throws Exception {
        // Given
        complete();
        apply("auth-1", "cap-1", 10_000);

        // When
        List<Effect> effects = List.of(apply(Kind.CAPTURE_FAILED, "auth-1", "cap-2", 10_000),
                apply(Kind.CAPTURE_FAILED, "auth-1", "cap-1", 10_000));

        // Then
        assertThat(effects).containsExactly(Effect.NOT_YET, Effect.APPLIED);
        assertThat(captured()).isEqualTo("failed 0");
    }

    /** As a capture is booked whose answer or event named the payment alone, or nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"auth-1", ""})
    void shouldTakeBackACaptureWithoutANameOfItsOwnByItsAmount(String booked) throws Exception {
        // Given
        apply("auth-1", null, 4_000);
        database.execute("UPDATE payment_operation SET provider_reference = nullif(?, '')", booked);

        // When
        Effect effect = apply(Kind.CAPTURE_FAILED, "auth-1", "cap-1", 4_000);

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(database.value("SELECT status || ' ' || provider_reference FROM payment_operation"))
                .isEqualTo("failed cap-1");
    }

    @Test
    void shouldBeRefundedWhenWhatIsLeftWasRefunded() throws Exception {
        // Given
        TestWebhooks.endpoint(database, "https://example.com/hook", WebhookSecret.next());
        apply("auth-1", "cap-1", 6_000);
        apply("auth-1", "cap-2", 4_000);
        refund("re-1", 4_000);
        database.execute("DELETE FROM outbox");
        database.execute("DELETE FROM webhook_delivery");

        // When
        Effect effect = apply(Kind.CAPTURE_FAILED, "auth-1", "cap-1", 6_000);

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(
                database.value("SELECT status || ' ' || captured_minor || ' ' || refund_claimed_minor || ' ' || refunded_minor "
                        + "FROM payment"))
                .isEqualTo("refunded 4000 4000 4000");
        PaymentStatusUpdated told = PaymentStatusUpdated.parseFrom(Sql.query(database.dataSource(),
                "SELECT payload FROM outbox", row -> row.getBytes(1)).get(0));
        assertThat(told.getStatus()).isEqualTo("refunded");
        assertThat(database.count("webhook_delivery")).isZero();
    }

    @Test
    void shouldFailAPaymentThatWasChargedAtOnce() throws Exception {
        // Given
        complete();

        // When
        List<Effect> effects = List.of(apply(Kind.CAPTURE_FAILED, "auth-1", "cap-1", 10_000), apply("auth-1", "cap-1", 10_000));

        // Then
        assertThat(effects).containsExactly(Effect.APPLIED, Effect.NO_EFFECT);
        assertThat(captured()).isEqualTo("failed 0");
    }

    @Test
    void shouldWaitForTheCaptureThatIsToFail() throws Exception {
        // When
        Effect effect = apply(Kind.CAPTURE_FAILED, "auth-1", "cap-1", 4_000);

        // Then
        assertThat(effect).isEqualTo(Effect.NOT_YET);
    }

    @Test
    void shouldWaitWhileARefundOfWhatFailedIsUnderWayAndReportOneThatWasMade() throws Exception {
        // Given
        apply("auth-1", "cap-1", 4_000);
        UUID refund = requests.take(new RequestOperation.Request(PaymentOperation.Kind.REFUND, payment, "10.00", null,
                new Idempotency.Key("shop", null, null))).operationId();

        // When
        Effect early = apply(Kind.CAPTURE_FAILED, "auth-1", "cap-1", 4_000);

        // Then
        assertThat(early).isEqualTo(Effect.NOT_YET);
        ProviderEvent made = new ProviderEvent("paypal", "evt", Kind.REFUNDED, payment, "cap-1", "re-1", refund,
                new Money(1_000, "USD"), null);
        Sql.inTransaction(database.dataSource(), connection -> applyEvent.apply(connection, made));
        assertThat(apply(Kind.CAPTURE_FAILED, "auth-1", "cap-1", 4_000)).isEqualTo(Effect.CONFLICT);
    }

    /** As the answer to a charge leaves it. */
    private void complete() {
        database.execute("UPDATE payment SET status = 'completed', captured_minor = amount_minor");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, "
                + "ended_at) VALUES (?, 'paypal', 'charge', 1, 'completed', 'auth-1', now(), now())", payment);
    }

    private Effect apply(String reference, String capture, long minor) throws Exception {
        return apply(Kind.COMPLETED, reference, capture, minor);
    }

    private Effect refund(String reference, long minor) throws Exception {
        return apply(Kind.REFUNDED, "cap-1", reference, minor);
    }

    private Effect apply(Kind kind, String reference, String part, long minor) throws Exception {
        ProviderEvent event = new ProviderEvent("paypal", Ids.next().toString(), kind, payment, reference, part, null,
                new Money(minor, "USD"), null);
        return Sql.inTransaction(database.dataSource(), connection -> applyEvent.apply(connection, event));
    }

    private static String captured() {
        return database.value("SELECT status || ' ' || captured_minor FROM payment");
    }
}
