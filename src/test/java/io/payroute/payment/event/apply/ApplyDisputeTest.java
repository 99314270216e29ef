package io.payroute.payment.event.apply;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Idempotency;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Dispute;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Funds;
import io.payroute.provider.ProviderEvent.Kind;
import io.payroute.testing.Seeded;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Disputes of a payment of 100.00 that is completed. */
class ApplyDisputeTest extends ApplyBed {

    private UUID payment;

    @BeforeEach
    void complete() {
        clear();
        payment = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 10000, 'USD', 'card', 'stripe')", payment);
        become("processing");
        become("completed");
    }

    @Test
    void shouldShowWhatIsContestedAndWhatWasWithdrawn() throws Exception {
        // Given
        TestWebhooks.endpoint(database, "https://example.com/hook", WebhookSecret.next());

        // When
        List<Effect> effects = List.of(apply(Kind.DISPUTE_OPENED, null, 10_000, 1), apply(Kind.FUNDS_WITHDRAWN,
                Funds.WITHDRAWN, 10_000, 2));

        // Then
        assertThat(effects).containsOnly(Effect.APPLIED);
        assertThat(sums()).isEqualTo("completed open 10000 10000");
        assertThat(database.rows("SELECT type, detail->>'amount_minor', detail->>'withdrawn_minor' FROM payment_event "
                + "ORDER BY id")).containsExactly("dispute.opened 10000 0", "dispute.funds_withdrawn 10000 10000");
        JsonObject data = new JsonObject(database.value("SELECT payload FROM webhook_delivery "
                + "WHERE type = 'payment.dispute_funds_withdrawn'")).getJsonObject("data");
        assertThat(data.getLong("charged_back_minor")).isEqualTo(10_000);
        assertThat(data.getLong("disputed_minor")).isEqualTo(10_000);
        assertThat(data.getString("status")).isEqualTo("completed");
        JsonObject dispute = data.getJsonObject("dispute");
        assertThat(dispute.getString("reference")).isEqualTo("dp_1");
        assertThat(dispute.getString("status")).isEqualTo("open");
        assertThat(dispute.getString("reason")).isEqualTo("fraudulent");
        assertThat(database.rows("SELECT type FROM webhook_delivery ORDER BY type")).containsExactly(
                "payment.dispute_funds_withdrawn", "payment.dispute_opened");
        assertThat(database.count("outbox")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"DISPUTE_WON, REINSTATED, won 0 0", "DISPUTE_LOST, WITHDRAWN, lost 0 10000",
            "DISPUTE_CLOSED, , closed 0 10000"})
    void shouldEndADispute(Kind kind, Funds funds, String after) throws Exception {
        // Given
        apply(Kind.DISPUTE_OPENED, null, 10_000, 1);
        apply(Kind.FUNDS_WITHDRAWN, Funds.WITHDRAWN, 10_000, 2);

        // When
        Effect effect = apply(kind, funds, 10_000, 3);

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(sums()).isEqualTo("completed " + after);
    }

    /** Whatever the order in which the events of a dispute come, and however often: the last one counts. */
    @Test
    void shouldEndTheSameWayInWhateverOrderTheEventsCome() {
        Seeded.check(30, random -> {
            // Given
            complete();
            List<ProviderEvent> events = new ArrayList<>(List.of(event(Kind.DISPUTE_OPENED, null, 10_000, 1),
                    event(Kind.FUNDS_WITHDRAWN, Funds.WITHDRAWN, 10_000, 2),
                    event(Kind.DISPUTE_UNDER_REVIEW, Funds.REINSTATED, 10_000, 3),
                    event(Kind.DISPUTE_LOST, Funds.WITHDRAWN, 10_000, 4)));
            events.addAll(events);
            Collections.shuffle(events, random);

            // When
            for (ProviderEvent event : events) {
                try {
                    apply(event);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }

            // Then
            assertThat(sums()).isEqualTo("completed lost 0 10000");
            assertThat(database.count("payment_dispute")).isEqualTo(1);
        });
    }

    @Test
    void shouldChangeNothingByEventsThatComeAgain() throws Exception {
        // Given
        apply(Kind.DISPUTE_OPENED, null, 10_000, 1);
        apply(Kind.FUNDS_WITHDRAWN, Funds.WITHDRAWN, 10_000, 2);
        apply(Kind.FUNDS_REINSTATED, Funds.REINSTATED, 10_000, 3);
        long told = database.count("payment_event");

        // When
        List<Effect> effects = List.of(apply(Kind.DISPUTE_OPENED, null, 10_000, 1),
                apply(Kind.FUNDS_WITHDRAWN, Funds.WITHDRAWN, 10_000, 2),
                apply(Kind.FUNDS_REINSTATED, Funds.REINSTATED, 10_000, 3));

        // Then
        assertThat(effects).containsOnly(Effect.NO_EFFECT);
        assertThat(sums()).isEqualTo("completed open 10000 0");
        assertThat(database.count("payment_event")).isEqualTo(told);
    }

    @Test
    void shouldAddUpSeveralDisputes() throws Exception {
        // Given
        apply(event("dp_1", Kind.DISPUTE_LOST, Funds.WITHDRAWN, 3_000, 1));

        // When
        apply(event("dp_2", Kind.DISPUTE_OPENED, null, 2_000, 1));

        // Then
        assertThat(sums()).isEqualTo("completed open 2000 3000");
    }

    /** An event without the dispute's own id is of the payment's dispute. */
    @Test
    void shouldFindTheDisputeOfAnEventThatNamesItsPaymentOnly() throws Exception {
        // Given
        apply(Kind.FUNDS_WITHDRAWN, Funds.WITHDRAWN, 10_000, 1);

        // When
        Effect effect = apply(event("pi_1", Kind.DISPUTE_WON, Funds.REINSTATED, 10_000, 2));

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(sums()).isEqualTo("completed won 0 0");
        assertThat(database.value("SELECT reference FROM payment_dispute")).isEqualTo("dp_1");
    }

    @ParameterizedTest
    @CsvSource({"10000, false", "7000, false", "6999, true"})
    void shouldRefundNothingThatWasChargedBack(long minor, boolean taken) throws Exception {
        // Given
        apply(Kind.DISPUTE_LOST, Funds.WITHDRAWN, 3_001, 1);
        RequestOperation.Request request = new RequestOperation.Request(PaymentOperation.Kind.REFUND, payment,
                new Money(minor, "USD").toDecimalText(), null, new Idempotency.Key("shop", null, null));

        // When
        if (taken) {
            requests.take(request);
        } else {
            assertThatThrownBy(() -> requests.take(request))
                    .isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.CONFLICT));
        }

        // Then
        assertThat(database.count("payment_operation")).isEqualTo(taken ? 1 : 0);
    }

    @Test
    void shouldRefundNothingWhenAllWasChargedBack() throws Exception {
        // Given
        apply(Kind.DISPUTE_LOST, Funds.WITHDRAWN, 10_000, 1);

        // When
        assertThatThrownBy(() -> requests.take(new RequestOperation.Request(PaymentOperation.Kind.REFUND, payment, null, null,
                new Idempotency.Key("shop", null, null))))

                // Then
                .hasMessageContaining("Nothing is left to refund");
    }

    /** Both may happen, and the books say so: the money is gone twice. */
    @Test
    void shouldShowThatWhatWasRefundedWasChargedBackToo() throws Exception {
        // Given
        apply(new ProviderEvent("stripe", "evt_1", Kind.REFUNDED, payment, "pi_1", "re_1", null, new Money(10_000, "USD"),
                null));

        // When
        Effect effect = apply(Kind.DISPUTE_LOST, Funds.WITHDRAWN, 10_000, 1);

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(sums()).isEqualTo("refunded lost 0 10000");
    }

    @ParameterizedTest
    @CsvSource({"pending, NOT_YET", "processing, NOT_YET", "authorized, NOT_YET", "failed, CONFLICT", "cancelled, CONFLICT"})
    void shouldWaitForTheMoneyThatIsContested(String state, Effect effect) throws Exception {
        // Given
        payment = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 10000, 'USD', 'card', 'stripe')", payment);
        List.of("pending", "cancelled").stream().filter(state::equals).findFirst().ifPresentOrElse(this::become, () -> {
            become("processing");
            become(state);
        });

        // When
        Effect seen = apply(Kind.DISPUTE_OPENED, null, 10_000, 1);

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(database.count("payment_dispute")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"stripe, EUR", "paypal, USD"})
    void shouldLeaveWhatContradictsThePaymentToAPerson(String provider, String currency) throws Exception {
        // When
        Effect effect = apply(new ProviderEvent(provider, "evt_1", Kind.DISPUTE_OPENED, payment, "pi_1", "dp_1", null,
                new Money(10_000, currency), null, new Dispute(null, 1)));

        // Then
        assertThat(effect).isEqualTo(Effect.CONFLICT);
    }

    private Effect apply(Kind kind, Funds funds, long minor, long order) throws Exception {
        return apply(event(kind, funds, minor, order));
    }

    private ProviderEvent event(Kind kind, Funds funds, long minor, long order) {
        return event("dp_1", kind, funds, minor, order);
    }

    private ProviderEvent event(String dispute, Kind kind, Funds funds, long minor, long order) {
        return new ProviderEvent("stripe", "evt_" + order, kind, payment, "pi_1", dispute, null, new Money(minor, "USD"),
                "fraudulent", new Dispute(funds, order));
    }

    private void become(String state) {
        database.execute(
                "UPDATE payment SET status = ?, captured_minor = CASE WHEN ? = 'completed' THEN amount_minor ELSE 0 END "
                        + "WHERE id = ?",
                state, state, payment);
    }

    private static String sums() {
        return database.value("SELECT status || ' ' || dispute_status || ' ' || disputed_minor || ' ' || charged_back_minor "
                + "FROM payment");
    }
}
