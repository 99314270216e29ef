package io.payroute.payment.charge;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.testing.Seeded;

import static io.payroute.payment.TestPayments.task;
import static io.payroute.payment.model.PaymentStatus.PROCESSING;
import static io.payroute.payment.model.PaymentStatus.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

class ChargeRulesTest {

    private final ChargeRules rules = TestPayments.rules(3);

    @Test
    void shouldComplete() {
        // When
        ChargeDecision decision = rules.decide(task(PROCESSING, false, 1, 0), new ProviderOutcome.Completed("ref"));

        // Then
        assertThat(decision).isEqualTo(new ChargeDecision(PaymentStatus.COMPLETED, null, null, false));
    }

    @Test
    void shouldFailWithTheProvidersReason() {
        // When
        ChargeDecision decision = rules.decide(task(UNKNOWN, true, 1, 2), new ProviderOutcome.Declined("card_expired"));

        // Then
        assertThat(decision).isEqualTo(new ChargeDecision(PaymentStatus.FAILED, "card_expired", null, false));
    }

    @Test
    void shouldChargeAgainLaterWhenNothingWasCharged() {
        // When
        ChargeDecision decision = rules.decide(task(PROCESSING, false, 2, 0), new ProviderOutcome.NotDone("refused"));

        // Then
        assertThat(decision.next()).isNull();
        assertThat(decision.chargeAgain()).isTrue();
        assertThat(decision.delay()).isBetween(Duration.ofMillis(500), Duration.ofMillis(1000));
    }

    @Test
    void shouldQueryBeforeFailingAfterTheLastAttempt() {
        // When
        ChargeDecision decision = rules.decide(task(PROCESSING, false, 3, 0), new ProviderOutcome.NotDone("refused"));

        // Then
        assertThat(decision.next()).isEqualTo(UNKNOWN);
        assertThat(decision.delay()).isPositive();
        assertThat(decision.chargeAgain()).isFalse();
    }

    @Test
    void shouldFailWhenTheProviderKnowsOfNoChargeAfterTheLastAttempt() {
        // When
        ChargeDecision decision = rules.decide(task(UNKNOWN, true, 3, 1), new ProviderOutcome.NotDone("refused"));

        // Then
        assertThat(decision).isEqualTo(new ChargeDecision(PaymentStatus.FAILED, "provider_unavailable", null, false));
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,5", "2,60", "3,60", "1000,60"})
    void shouldQueryOnTheScheduleForEver(int queries, long seconds) {
        // When
        ChargeDecision decision = rules.decide(task(UNKNOWN, true, 1, queries), new ProviderOutcome.Unanswered("timeout"));

        // Then
        assertThat(decision.delay()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(decision.next()).isNull();
        assertThat(decision.chargeAgain()).isFalse();
    }

    @Test
    void shouldBecomeUnknownWithoutAnAnswer() {
        // When
        ChargeDecision decision = rules.decide(task(PROCESSING, false, 1, 0), new ProviderOutcome.Unanswered("timeout"));

        // Then
        assertThat(decision).isEqualTo(new ChargeDecision(UNKNOWN, "no_answer", Duration.ofSeconds(1), false));
    }

    @Test
    void shouldNeverChargeAgainOrFailWithoutAnAnswer() {
        Seeded.check(5_000, random -> {
            // Given
            PaymentStatus status = random.nextBoolean() ? PROCESSING : UNKNOWN;
            ChargeTask task = task(status, random.nextBoolean(), random.nextInt(100), random.nextInt(100));

            // When
            ChargeDecision decision = rules.decide(task, new ProviderOutcome.Unanswered("timeout"));

            // Then
            assertThat(decision.chargeAgain()).isFalse();
            assertThat(decision.next()).isNotEqualTo(PaymentStatus.FAILED);
            assertThat(decision.delay()).isPositive();
        });
    }

    @Test
    void shouldTakeLegalWaysOnly() {
        Seeded.check(5_000, random -> {
            // Given
            ChargeTask task = task(
                    List.of(PaymentStatus.PENDING, PaymentStatus.PROCESSING, PaymentStatus.UNKNOWN).get(random.nextInt(3)),
                    random.nextBoolean(), random.nextInt(5),
                    random.nextInt(5));
            ProviderOutcome outcome = switch (random.nextInt(4)) {
                case 0 -> new ProviderOutcome.Completed("ref");
                case 1 -> new ProviderOutcome.Declined("reason");
                case 2 -> new ProviderOutcome.NotDone("refused");
                default -> new ProviderOutcome.Unanswered("timeout");
            };

            // When
            ChargeDecision decision = rules.decide(task, outcome);

            // Then
            assertThat(decision.next() == null || task.status().canBecome(decision.next())).isTrue();
            assertThat(decision.next() == PaymentStatus.COMPLETED || decision.next() == PaymentStatus.FAILED)
                    .isEqualTo(decision.delay() == null);
        });
    }
}
