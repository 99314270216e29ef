package io.payroute.payment.event.apply;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Kind;

import static org.assertj.core.api.Assertions.assertThat;

class ApplyCaptureFailedTest extends CaptureEvents {

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
}
