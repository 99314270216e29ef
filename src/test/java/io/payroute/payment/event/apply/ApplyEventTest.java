package io.payroute.payment.event.apply;

import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.platform.access.Idempotency;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;

import static org.assertj.core.api.Assertions.assertThat;

class ApplyEventTest extends ApplyBed {

    @ParameterizedTest
    @CsvSource({"pending, COMPLETED, NOT_YET, pending", "pending, FAILED, NOT_YET, pending",
            "processing, COMPLETED, APPLIED, completed", "processing, FAILED, NOT_YET, processing",
            "processing, AUTHORIZED, NO_EFFECT, processing", "unknown, COMPLETED, APPLIED, completed",
            "unknown, FAILED, APPLIED, failed", "authorized, COMPLETED, APPLIED, completed",
            "authorized, CANCELLED, APPLIED, cancelled", "authorized, FAILED, NO_EFFECT, authorized",
            "completed, COMPLETED, NO_EFFECT, completed", "completed, FAILED, NO_EFFECT, completed",
            "completed, CANCELLED, NO_EFFECT, completed", "failed, COMPLETED, CONFLICT, failed",
            "failed, FAILED, NO_EFFECT, failed", "cancelled, COMPLETED, CONFLICT, cancelled",
            "cancelled, AUTHORIZED, CONFLICT, cancelled", "cancelled once authorized, AUTHORIZED, NO_EFFECT, cancelled",
            "completed, OTHER, NO_EFFECT, completed", "completed, REFUNDED, APPLIED, refunded",
            "processing, REFUNDED, NOT_YET, processing", "failed, REFUNDED, CONFLICT, failed",
            "completed, REFUND_FAILED, NO_EFFECT, completed", "completed, UNDECLARED, NO_EFFECT, completed",
            "authorized, CAPTURE_DECLINED, NO_EFFECT, authorized", "completed, CAPTURE_DECLINED, NO_EFFECT, completed",
            "unknown, CAPTURE_DECLINED, APPLIED, failed", "authorized, CANCELLED_OR_REFUNDED, APPLIED, cancelled",
            "completed, CANCELLED_OR_REFUNDED, APPLIED, refunded", "cancelled, CANCELLED_OR_REFUNDED, NO_EFFECT, cancelled",
            "pending, CANCELLED_OR_REFUNDED, NOT_YET, pending", "completed, CAPTURE_FAILED, APPLIED, failed",
            "processing, CAPTURE_FAILED, NOT_YET, processing", "failed, CAPTURE_FAILED, NO_EFFECT, failed",
            "cancelled, CAPTURE_FAILED, NO_EFFECT, cancelled"})
    void shouldApplyAnEventOnlyWhereTheStateMachineAllowsIt(String state, ProviderEvent.Kind kind, Effect effect,
            String after) throws Exception {
        // Given
        UUID payment = payment(state);

        // When
        Effect seen = apply(event(kind, payment, 10_000));

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(status(payment)).isEqualTo(after);
        assertThat(database.count("outbox")).isEqualTo(effect == Effect.APPLIED ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"not_done, 1 minute, 0 minutes, NOT_YET, unknown", "unanswered, 1 minute, 2 minutes, APPLIED, failed"})
    void shouldNotFailAnUnknownPaymentWhileItsChargeIsOnItsWayOnceMore(String heard, String heardAgo, String sentAgo,
            Effect effect, String after) throws Exception {
        // Given
        UUID payment = payment("unknown");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, started_at, ended_at) "
                + "VALUES (?, 'sandbox', 'status', 1, ?, now(), now() - ?::interval)", payment, heard, heardAgo);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at, attempts, queries, sent_at) "
                + "VALUES (?, 'sandbox', now() + interval '1 minute', 2, 1, now() - ?::interval)", payment, sentAgo);

        // When
        Effect seen = apply(event(ProviderEvent.Kind.FAILED, payment, 10_000));

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(status(payment)).isEqualTo(after);
    }

    /** He may try again with another card: what has not been ended at the provider has not failed. */
    @Test
    void shouldNotFailAPaymentWhoseCustomerIsToConfirmIt() throws Exception {
        // Given
        UUID payment = payment("processing");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, "
                + "ended_at) VALUES (?, 'sandbox', 'charge', 1, 'pending', 'pi_1', now(), now())", payment);
        database.execute("INSERT INTO payment_action VALUES (?, 'sandbox', NULL, 'pi_1_secret_2')", payment);

        // When
        Effect seen = apply(event(ProviderEvent.Kind.FAILED, payment, 10_000));

        // Then
        assertThat(seen).isEqualTo(Effect.NOT_YET);
        assertThat(status(payment)).isEqualTo("processing");
    }

    @Test
    void shouldWaitForAPaymentThatIsNotHereYet() throws Exception {
        // When
        Effect effect = apply(event(ProviderEvent.Kind.COMPLETED, UUID.randomUUID(), 10_000));

        // Then
        assertThat(effect).isEqualTo(Effect.NOT_YET);
    }

    @Test
    void shouldFindThePaymentByTheProvidersReference() throws Exception {
        // Given
        UUID payment = payment("completed");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, "
                + "ended_at) VALUES (?, 'sandbox', 'charge', 1, 'completed', 'pi_1', now(), now())", payment);

        // When
        Effect effect = apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, null, "pi_1", "re_1", null,
                new Money(2_500, "USD"), null));

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(database.value("SELECT status || ' ' || refund_claimed_minor || ' ' || refunded_minor FROM payment"))
                .isEqualTo("partially_refunded 2500 2500");
    }

    @Test
    void shouldFindAPaymentThatAnEventCompletedByTheReferenceOfThatEvent() throws Exception {
        // Given
        UUID payment = payment("unknown");
        apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.COMPLETED, payment, "pi_1", null, null,
                new Money(10_000, "USD"), null));

        // When
        Effect effect = apply(new ProviderEvent("sandbox", "evt_2", ProviderEvent.Kind.REFUNDED, null, "pi_1", "re_1", null,
                new Money(10_000, "USD"), null));

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(status(payment)).isEqualTo("refunded");
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED, 9999, USD", "COMPLETED, 10000, EUR", "REFUNDED, 10001, USD", "REFUNDED, 0, USD"})
    void shouldLeaveAnAmountThatContradictsOursToAPerson(ProviderEvent.Kind kind, long minor, String currency)
            throws Exception {
        // Given
        UUID payment = payment(kind == ProviderEvent.Kind.COMPLETED ? "processing" : "completed");

        // When
        Effect effect = apply(new ProviderEvent("sandbox", "evt_1", kind, payment, "pi_1", "re_1", null,
                new Money(minor, currency), null));

        // Then
        assertThat(effect).isEqualTo(Effect.CONFLICT);
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldReportMoneyThatMovesAtAProviderWhichHadHandedThePaymentOver() throws Exception {
        // Given
        UUID payment = payment("completed");

        // When
        Effect effect = apply(new ProviderEvent("stripe", "evt_1", ProviderEvent.Kind.COMPLETED, payment, "pi_1", null, null,
                new Money(10_000, "USD"), null));

        // Then
        assertThat(effect).isEqualTo(Effect.CONFLICT);
    }

    @ParameterizedTest
    @CsvSource({"4000, NOT_YET, 0", "10000, APPLIED, 10000", "10001, CONFLICT, 0"})
    void shouldWaitWithTheCaptureOfAPartUntilTheAuthorisationIsHere(long minor, Effect effect, String captured)
            throws Exception {
        // Given
        UUID payment = payment("processing");
        database.execute("UPDATE payment SET capture = false");

        // When
        Effect seen = apply(event(ProviderEvent.Kind.COMPLETED, payment, minor));

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(database.value("SELECT captured_minor FROM payment")).isEqualTo(captured);
    }

    @Test
    void shouldNotFailWhatIsStillToBeAuthorisedBecauseACaptureWasRefused() throws Exception {
        // Given
        UUID payment = payment("unknown");
        database.execute("UPDATE payment SET capture = false");

        // When
        Effect effect = apply(event(ProviderEvent.Kind.CAPTURE_DECLINED, payment, 10_000));

        // Then
        assertThat(effect).isEqualTo(Effect.NO_EFFECT);
        assertThat(status(payment)).isEqualTo("unknown");
    }

    @Test
    void shouldEndTheCaptureThatTheProviderTellsOf() throws Exception {
        // Given
        UUID payment = payment("authorized");
        requests.take(new RequestOperation.Request(Kind.CAPTURE, payment, "40.00", null,
                new Idempotency.Key("shop", null, null)));

        // When
        Effect effect = apply(event(ProviderEvent.Kind.COMPLETED, payment, 4_000));

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(database
                .value("SELECT o.status || ' ' || p.status || ' ' || captured_minor FROM payment p, payment_operation o"))
                .isEqualTo("succeeded completed 4000");
    }
}
