package io.payroute.payment.event.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Idempotency;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;

class ApplyRefundTest extends ApplyBed {

    @Test
    void shouldCountARefundOfOursOnceWhetherTheEventOrTheAnswerComesFirst() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = requests.take(new RequestOperation.Request(Kind.REFUND, payment, "60.00", null,
                new Idempotency.Key("shop", null, null))).operationId();
        ProviderEvent event = new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, payment, "pi_1", "re_1",
                refund, new Money(6_000, "USD"), null);

        // When
        List<Effect> effects = List.of(apply(event), apply(event));

        // Then
        assertThat(effects).containsExactly(Effect.APPLIED, Effect.NO_EFFECT);
        assertThat(database.value("SELECT status || ' ' || refund_claimed_minor || ' ' || refunded_minor FROM payment"))
                .isEqualTo("partially_refunded 6000 6000");
        assertThat(database.count("payment_operation")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"6000, APPLIED, partially_refunded 6000 6000 succeeded 6000, 0",
            "5900, APPLIED, partially_refunded 5900 5900 succeeded 5900, 1",
            "10000, APPLIED, refunded 10000 10000 succeeded 10000, 1", "10001, CONFLICT, completed 6000 0 pending 6000, 0",
            "0, CONFLICT, completed 6000 0 pending 6000, 0"})
    void shouldBookARefundOfOursWithWhatTheProviderGaveBack(long minor, Effect effect, String booked, long told)
            throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = requests.take(new RequestOperation.Request(Kind.REFUND, payment, "60.00", null,
                new Idempotency.Key("shop", null, null))).operationId();

        // When
        Effect seen = apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, payment, "pi_1", "re_1", refund,
                new Money(minor, "USD"), null));

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(database.value("SELECT p.status || ' ' || refund_claimed_minor || ' ' || refunded_minor || ' ' || o.status "
                + "|| ' ' || o.amount_minor FROM payment p, payment_operation o")).isEqualTo(booked);
        assertThat(database.count("payment_event WHERE type = 'operation.differs'")).isEqualTo(told);
    }

    @Test
    void shouldRefundWhatIsLeftWhenAllOfAPaymentIsUndone() throws Exception {
        // Given
        UUID payment = payment("completed");
        apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, payment, "pi_1", "re_1", null,
                new Money(2_500, "USD"), null));
        ProviderEvent undone = new ProviderEvent("sandbox", "evt_2", ProviderEvent.Kind.CANCELLED_OR_REFUNDED, payment, "pi_1",
                "re_2", null, new Money(10_000, "USD"), null);

        // When
        List<Effect> effects = List.of(apply(undone), apply(undone));

        // Then
        assertThat(effects).containsExactly(Effect.APPLIED, Effect.NO_EFFECT);
        assertThat(database.rows("SELECT amount_minor FROM payment_operation ORDER BY id")).containsExactly("2500", "7500");
        assertThat(status(payment)).isEqualTo("refunded");
    }

    @Test
    void shouldWaitWithARefundThatMayBeTheOneUnderWay() throws Exception {
        // Given
        UUID payment = payment("completed");
        requests.take(new RequestOperation.Request(Kind.REFUND, payment, "60.00", null,
                new Idempotency.Key("shop", null, null)));

        // When
        Effect effect = apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, payment, "pi_1", "re_1", null,
                new Money(6_000, "USD"), null));

        // Then
        assertThat(effect).isEqualTo(Effect.NOT_YET);
    }

    /** Whatever events come, in whatever order and however often: money is never refunded beyond what was captured. */
    @Test
    void shouldKeepTheCapUnderAnySequenceOfEventsAndRefunds() {
        Seeded.check(40, random -> {
            // Given
            database.clear();
            UUID payment = payment(WAY.get(random.nextInt(WAY.size())));
            List<ProviderEvent> events = new ArrayList<>();

            // When
            for (int i = 0; i < 12; i++) {
                ProviderEvent next = events.isEmpty() || random.nextInt(3) > 0
                        ? random(random, payment)
                        : events.get(random.nextInt(events.size()));
                events.add(next);
                step(random, payment, next);
            }

            // Then
            assertThat(database.value("SELECT count(*) FROM payment WHERE refund_claimed_minor > captured_minor "
                    + "OR refunded_minor > refund_claimed_minor")).isEqualTo("0");
            assertThat(database.value("SELECT refunded_minor - (SELECT coalesce(sum(amount_minor), 0) FROM payment_operation "
                    + "WHERE kind = 'refund' AND status = 'succeeded') FROM payment")).isEqualTo("0");
            assertThat(database.value("SELECT charged_back_minor - (SELECT coalesce(sum(withdrawn_minor), 0) "
                    + "FROM payment_dispute) FROM payment")).isEqualTo("0");
        });
    }

    private static void step(Random random, UUID payment, ProviderEvent event) {
        try {
            if (random.nextInt(4) == 0) {
                requests.take(new RequestOperation.Request(Kind.REFUND, payment, null, null,
                        new Idempotency.Key("shop", null, null)));
            } else {
                apply(event);
            }
        } catch (Refusal e) {
            assertThat(e.kind()).isIn(Refusal.Kind.NOT_FOUND, Refusal.Kind.CONFLICT, Refusal.Kind.INVALID);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static ProviderEvent random(Random random, UUID payment) {
        ProviderEvent.Kind kind = ProviderEvent.Kind.values()[random.nextInt(ProviderEvent.Kind.values().length)];
        ProviderEvent.Funds[] funds = {null, ProviderEvent.Funds.WITHDRAWN, ProviderEvent.Funds.REINSTATED};
        return new ProviderEvent("sandbox", "evt_" + random.nextInt(), kind, payment, "pi_1", "re_" + random.nextInt(5), null,
                new Money(kind == ProviderEvent.Kind.COMPLETED ? 10_000 : 1 + random.nextInt(9_000), "USD"), null,
                new ProviderEvent.Dispute(funds[random.nextInt(3)], random.nextInt(5)));
    }
}
