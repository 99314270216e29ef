package io.payroute.payment.model;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.model.PaymentState.Effect;

import static io.payroute.payment.model.PaymentFact.CANCEL_MADE;
import static io.payroute.payment.model.PaymentFact.CAPTURED_UNEXPLAINED;
import static io.payroute.payment.model.PaymentFact.CAPTURE_MADE;
import static io.payroute.payment.model.PaymentFact.CHARGED;
import static io.payroute.payment.model.PaymentFact.CLAIMED;
import static io.payroute.payment.model.PaymentFact.NOT_SENT;
import static io.payroute.payment.model.PaymentFact.PASSED_ON;
import static io.payroute.payment.model.PaymentFact.SUBMITTED;
import static io.payroute.payment.model.PaymentFact.TAKEN_BACK;
import static io.payroute.payment.model.PaymentFact.UNANSWERED;
import static io.payroute.payment.model.PaymentFact.UNDECIDED;
import static io.payroute.payment.model.PaymentStatus.CANCELLED;
import static io.payroute.payment.model.PaymentStatus.COMPLETED;
import static io.payroute.payment.model.PaymentStatus.FAILED;
import static io.payroute.payment.model.PaymentStatus.PARTIALLY_REFUNDED;
import static io.payroute.payment.model.PaymentStatus.REFUNDED;
import static org.assertj.core.api.Assertions.assertThat;

class PaymentStateTest {

    private static final Set<PaymentStatus> CAPTURED = EnumSet.of(COMPLETED, PARTIALLY_REFUNDED, REFUNDED);

    @ParameterizedTest
    @CsvSource({"CHARGED, UNKNOWN, TRANSITION, COMPLETED", "CHARGED, FAILED, CONFLICT, FAILED",
            "CHARGED, PENDING, WAIT, PENDING", "NOT_CHARGED, COMPLETED, NONE, COMPLETED",
            "UNANSWERED, PROCESSING, TRANSITION, UNKNOWN", "UNANSWERED, UNKNOWN, QUERY, UNKNOWN",
            "NOT_SENT, PROCESSING, DUE, PROCESSING", "CAPTURED_FURTHER, COMPLETED, BOOK, COMPLETED",
            "REFUNDED_IN_PART, PARTIALLY_REFUNDED, TRANSITION, PARTIALLY_REFUNDED",
            "REFUND_REQUESTED, COMPLETED, TAKE, COMPLETED", "REFUND_REQUESTED, AUTHORIZED, REFUSE, AUTHORIZED",
            "PASSED_ON, PENDING, FAILOVER, PENDING"})
    void shouldDecide(PaymentFact fact, PaymentStatus status, Effect effect, PaymentStatus next) {
        // When
        Decision decision = PaymentState.decide(status, fact);

        // Then
        assertThat(decision).isEqualTo(new Decision(effect, next));
    }

    @ParameterizedTest
    @EnumSource
    void shouldMoveTheStateByATransitionOnly(PaymentFact fact) {
        for (PaymentStatus status : PaymentStatus.values()) {
            // When
            Decision decision = PaymentState.decide(status, fact);

            // Then
            boolean onceMore = fact == PaymentFact.REFUNDED_IN_PART && status == PARTIALLY_REFUNDED;
            assertThat(decision.next() != status || onceMore).as(status.word())
                    .isEqualTo(decision.effect() == Effect.TRANSITION);
        }
    }

    @Test
    void shouldChargeOnlyWhatIsPendingOrProvablyNotCharged() {
        // When
        List<String> due = pairs(Effect.DUE, EnumSet.of(PaymentFact.OPERATION_NOT_SENT));

        // Then
        assertThat(due).containsExactlyInAnyOrder(SUBMITTED + " pending", NOT_SENT + " processing", NOT_SENT + " unknown");
        assertThat(pairs(Effect.FAILOVER, Set.of())).containsExactlyInAnyOrder(PASSED_ON + " pending",
                PASSED_ON + " processing");
        assertThat(next(CLAIMED)).containsExactly(PaymentStatus.PROCESSING);
    }

    @ParameterizedTest
    @EnumSource(value = PaymentFact.class, names = {"UNANSWERED", "UNDECIDED", "REFUSED_MEANWHILE", "OPERATION_UNANSWERED"})
    void shouldEndNothingWhoseAnswerMayBeMissing(PaymentFact fact) {
        // When
        List<PaymentStatus> next = next(fact);

        // Then
        assertThat(next).isSubsetOf(fact == UNANSWERED ? List.of(PaymentStatus.UNKNOWN) : List.of());
        assertThat(pairs(Effect.QUERY, Set.of())).contains(UNDECIDED + " unknown", UNANSWERED + " unknown");
    }

    @Test
    void shouldTakeTheMoneyBackOfACompletedPaymentByOneFactOnly() {
        // When
        List<PaymentFact> facts = Stream.of(PaymentFact.values())
                .filter(fact -> CAPTURED.stream().anyMatch(from -> !CAPTURED.contains(PaymentState.decide(from, fact).next())))
                .toList();

        // Then
        assertThat(facts).containsExactly(TAKEN_BACK);
        assertThat(PaymentState.decide(COMPLETED, TAKEN_BACK).next()).isEqualTo(FAILED);
    }

    /** What has moved where our books say that it did not, or no longer does, is never passed over. */
    @ParameterizedTest
    @EnumSource(value = PaymentStatus.class, names = {"FAILED", "CANCELLED"})
    void shouldTellOfMoneyThatMovedForWhatHasEndedWithout(PaymentStatus ended) {
        // When
        Stream<PaymentFact> facts = Stream.of(CHARGED, PaymentFact.CAPTURED_IN_PART, PaymentFact.CHARGED_IN_PART,
                PaymentFact.CHARGED_WRONGLY, PaymentFact.CAPTURED_FURTHER, CAPTURED_UNEXPLAINED, CAPTURE_MADE, CANCEL_MADE,
                PaymentFact.REFUNDED, PaymentFact.REFUNDED_IN_PART, PaymentFact.AUTHORIZED, PaymentFact.DISPUTED);

        // Then
        assertThat(facts).allSatisfy(
                fact -> assertThat(PaymentState.decide(ended, fact).effect()).isEqualTo(Effect.CONFLICT));
    }

    @Test
    void shouldLetCallersAndOperationsDoNothingThatProvidersDoNotConfirm() {
        // When
        Stream<PaymentFact> requested = Stream.of(PaymentFact.CAPTURE_REQUESTED, PaymentFact.REFUND_REQUESTED,
                PaymentFact.REQUESTED_MEANWHILE,
                PaymentFact.REQUESTED_TOO_MUCH, PaymentFact.OPERATION_VOID);

        // Then
        assertThat(requested).allSatisfy(fact -> assertThat(next(fact)).isEmpty());
        assertThat(next(PaymentFact.CANCEL_REQUESTED)).containsExactly(CANCELLED);
    }

    private static List<PaymentStatus> next(PaymentFact fact) {
        return Arrays.stream(PaymentStatus.values()).map(status -> PaymentState.decide(status, fact))
                .filter(decision -> decision.effect() == Effect.TRANSITION).map(Decision::next).distinct().toList();
    }

    private static List<String> pairs(Effect effect, Set<PaymentFact> without) {
        return Stream.of(PaymentFact.values()).filter(fact -> !without.contains(fact))
                .flatMap(fact -> Stream.of(PaymentStatus.values())
                        .filter(status -> PaymentState.decide(status, fact).effect() == effect)
                        .map(status -> fact + " " + status.word()))
                .toList();
    }
}
