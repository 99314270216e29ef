package io.payroute.payment.event.apply;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.platform.access.Idempotency;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Kind;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class ApplyCaptureTest extends CaptureEvents {

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
}
