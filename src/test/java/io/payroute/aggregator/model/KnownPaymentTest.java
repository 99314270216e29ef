package io.payroute.aggregator.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.aggregator.model.KnownPayment.Status;
import io.payroute.aggregator.model.PaymentFact.Kind;
import io.payroute.money.Money;
import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;

class KnownPaymentTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @ParameterizedTest
    @CsvSource({"PENDING,PENDING", "AUTHORIZED,PENDING", "FAILED,FAILED", "CANCELLED,FAILED", "COMPLETED,COMPLETED",
            "CAPTURE_FAILED,FAILED", "REFUNDED,COMPLETED", "REFUND_FAILED,PENDING", "DISPUTE,PENDING"})
    void shouldKnowWhatItsFirstEventSays(Kind kind, Status status) {
        // When
        KnownPayment payment = KnownPayment.unknown("p", "1").with(fact(kind, "x", 500), "payments.raw", NOW);

        // Then
        assertThat(payment.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED,PENDING", "COMPLETED,AUTHORIZED", "COMPLETED,FAILED", "COMPLETED,CANCELLED", "FAILED,PENDING",
            "FAILED,CANCELLED", "AUTHORIZED,PENDING", "COMPLETED,COMPLETED"})
    void shouldGoForwardOnly(Kind first, Kind late) {
        // Given
        KnownPayment payment = KnownPayment.unknown("p", "1").with(fact(first, "x", 500), "payments.raw", NOW);

        // When
        KnownPayment after = payment.with(fact(late, "x", 500), "payments.raw", NOW);

        // Then
        assertThat(after).isSameAs(payment);
    }

    @Test
    void shouldCompleteWhatFailedBefore() {
        // When
        KnownPayment payment = told(fact(Kind.FAILED, null, 500), fact(Kind.COMPLETED, "c", 500));

        // Then
        assertThat(payment.status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void shouldNotCountARefundThatFailedAfterAll() {
        // When
        KnownPayment payment = told(fact(Kind.COMPLETED, "c", 500), fact(Kind.REFUNDED, "r", 500),
                fact(Kind.REFUND_FAILED, "r", 500), fact(Kind.REFUNDED, "r", 500));

        // Then
        assertThat(payment.refunded()).isZero();
        assertThat(payment.status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void shouldAddUpCapturesAndRefunds() {
        // When
        KnownPayment payment = told(fact(Kind.AUTHORIZED, null, 900), fact(Kind.COMPLETED, "c1", 300),
                fact(Kind.COMPLETED, "c2", 200), fact(Kind.REFUNDED, "r1", 100));

        // Then
        assertThat(payment.amount()).isEqualTo(new Money(500, "USD"));
        assertThat(payment.state()).isEqualTo("partially_refunded");
    }

    @Test
    void shouldKnowTheSameInWhateverOrderAndHoweverOften() {
        // Given
        List<PaymentFact> facts = List.of(fact(Kind.PENDING, null, 500), fact(Kind.AUTHORIZED, null, 500),
                fact(Kind.FAILED, null, 500),
                fact(Kind.COMPLETED, "c1", 300), fact(Kind.COMPLETED, "c2", 200), fact(Kind.REFUNDED, "r1", 100),
                fact(Kind.REFUNDED, "r2", 400));

        Seeded.check(300, random -> {
            List<PaymentFact> told = new ArrayList<>(facts);
            for (int i = random.nextInt(5); i > 0; i--) {
                told.add(facts.get(random.nextInt(facts.size())));
            }
            Collections.shuffle(told, random);

            // When
            KnownPayment payment = told(told.toArray(PaymentFact[]::new));

            // Then
            assertThat(payment.status()).isEqualTo(Status.REFUNDED);
            assertThat(payment.amount()).isEqualTo(new Money(500, "USD"));
            assertThat(payment.refunded()).isEqualTo(500);
        });
    }

    private static KnownPayment told(PaymentFact... facts) {
        KnownPayment payment = KnownPayment.unknown("p", "1");
        for (PaymentFact fact : facts) {
            payment = payment.with(fact, "payments.raw", NOW);
        }
        return payment;
    }

    private static PaymentFact fact(Kind kind, String part, long minor) {
        Money money = new Money(minor, "USD");
        boolean whole = kind == Kind.PENDING || kind == Kind.AUTHORIZED || kind == Kind.FAILED;
        return new PaymentFact(kind, part, money, whole ? money : null, null, null, null, Map.of());
    }
}
