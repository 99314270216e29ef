package io.payroute.payment.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentOperation.Status;

import static org.assertj.core.api.Assertions.assertThat;

/** Of a payment of 100.00 USD. */
class PaymentFactsTest {

    @ParameterizedTest
    @CsvSource({"completed, false, true, CHARGED", "authorized, false, true, AUTHORIZED", "declined, true, true, NOT_CHARGED",
            "pending, true, false, UNDECIDED", "unanswered, true, true, UNANSWERED", "not-done, false, true, NOT_SENT",
            "not-done, true, true, NOT_SENT", "not-done, true, false, NOT_CHARGED", "not-done, false, false, UNANSWERED"})
    void shouldReadTheAnswerToACharge(String answer, boolean statusQuery, boolean mayRepeat, PaymentFact fact) {
        // When
        PaymentFact read = PaymentFacts.ofCharge(outcome(answer, null), statusQuery, mayRepeat);

        // Then
        assertThat(read).isEqualTo(fact);
    }

    @ParameterizedTest
    @CsvSource({"CAPTURE, PENDING, completed, false, true, CAPTURE_MADE",
            "CANCEL, PENDING, completed, false, true, CANCEL_MADE",
            "REFUND, PENDING, completed, false, true, REFUNDED_IN_PART",
            "CAPTURE, PENDING, declined, false, true, OPERATION_VOID",
            "REFUND, PENDING, not-done, false, true, OPERATION_NOT_SENT",
            "REFUND, PENDING, not-done, true, false, OPERATION_VOID",
            "REFUND, PENDING, not-done, false, false, OPERATION_UNANSWERED",
            "REFUND, PENDING, unanswered, true, false, OPERATION_UNANSWERED",
            "REFUND, PENDING, pending, false, true, OPERATION_UNANSWERED",
            "REFUND, FAILED, completed, true, true, MADE_AFTER_ALL",
            "REFUND, SUCCEEDED, completed, true, true, KNOWN", "REFUND, FAILED, declined, true, true, KNOWN"})
    void shouldReadTheAnswerToAnOperation(Kind kind, Status status, String answer, boolean statusQuery, boolean mayRepeat,
            PaymentFact fact) {
        // Given
        Payment payment = payment(true, 10_000, 6_000, 0);

        // When
        PaymentFact read = PaymentFacts.ofOperation(payment, operation(kind, status, 6_000), outcome(answer, null), statusQuery,
                mayRepeat, false);

        // Then
        assertThat(read).isEqualTo(fact);
    }

    @ParameterizedTest
    @CsvSource({"CAPTURE, 0, CHARGED_WRONGLY", "CAPTURE, 1, CAPTURE_MADE", "REFUND, 0, REFUNDED_WRONGLY",
            "REFUND, -1, REFUNDED_WRONGLY", "REFUND, 5999, REFUNDED_IN_PART", "REFUND, 10000, REFUNDED",
            "REFUND, 10001, REFUNDED"})
    void shouldReadWhatAnOperationMoved(Kind kind, long moved, PaymentFact fact) {
        // When
        PaymentFact read = PaymentFacts.ofOperation(payment(true, 10_000, 6_000, 0), operation(kind, Status.PENDING, 6_000),
                outcome("completed", moved), false, true, false);

        // Then
        assertThat(read).isEqualTo(fact);
    }

    @Test
    void shouldCountNoRefundTwice() {
        // When
        PaymentFact read = PaymentFacts.ofOperation(payment(true, 10_000, 6_000, 0),
                operation(Kind.REFUND, Status.PENDING, 6_000),
                outcome("completed", null), false, true, true);

        // Then
        assertThat(read).isEqualTo(PaymentFact.OPERATION_VOID);
    }

    @ParameterizedTest
    @CsvSource({"true, , CHARGED", "true, 10000, CHARGED", "true, 9999, CHARGED_IN_PART", "false, 9999, CAPTURED_IN_PART",
            "false, 1, CAPTURED_IN_PART", "false, 0, CHARGED_WRONGLY", "true, -1, CHARGED_WRONGLY",
            "false, 10001, CHARGED_WRONGLY"})
    void shouldReadTheFirstMoneyThatMoved(boolean atOnce, Long told, PaymentFact fact) {
        // When
        PaymentFact read = PaymentFacts.captured(payment(atOnce, 0, 0, 0), money(told));

        // Then
        assertThat(read).isEqualTo(fact);
    }

    @ParameterizedTest
    @CsvSource({"true, 10000, AUTHORIZED_ON_THE_WAY", "true, 5, AUTHORIZED_ON_THE_WAY", "false, , AUTHORIZED",
            "false, 10000, AUTHORIZED", "false, 9999, AUTHORIZED_OTHERWISE"})
    void shouldReadAnAuthorisation(boolean atOnce, Long told, PaymentFact fact) {
        // When
        PaymentFact read = PaymentFacts.authorized(payment(atOnce, 0, 0, 0), money(told));

        // Then
        assertThat(read).isEqualTo(fact);
    }

    @ParameterizedTest
    @CsvSource({"6000, CAPTURED_FURTHER", "1, CAPTURED_FURTHER", "6001, CAPTURED_UNEXPLAINED", "0, CAPTURED_UNEXPLAINED",
            "-1, CAPTURED_UNEXPLAINED"})
    void shouldReadFurtherMoney(long amount, PaymentFact fact) {
        // When
        PaymentFact read = PaymentFacts.capturedFurther(payment(false, 4_000, 0, 0), amount);

        // Then
        assertThat(read).isEqualTo(fact);
    }

    @ParameterizedTest
    @CsvSource({"10000, 0, 0, 10000, , false, TAKEN_BACK", "10000, 0, 0, 4000, 4000, true, TAKEN_BACK_IN_PART",
            "10000, 0, 0, 4000, , false, TAKEN_BACK_WRONGLY", "10000, 0, 0, 4000, 3999, true, TAKEN_BACK_WRONGLY",
            "10000, 0, 0, 10001, , true, TAKEN_BACK_WRONGLY", "10000, 0, 0, 0, , true, TAKEN_BACK_WRONGLY",
            "10000, 0, 0, , , true, TAKEN_BACK_WRONGLY", "10000, 6000, 6000, 4000, 4000, true, TAKEN_BACK_TO_REFUNDED",
            "10000, 6001, 6000, 4000, 4000, true, TAKEN_BACK_EARLY", "10000, 6001, 6001, 4000, 4000, true, TAKEN_BACK_WRONGLY",
            "10000, 1, 0, 10000, , true, TAKEN_BACK_EARLY", "10000, 1, 1, 10000, , true, TAKEN_BACK_WRONGLY"})
    void shouldReadWhatDidNotComeAfterAll(long captured, long claimed, long refunded, Long amount, Long capture, boolean named,
            PaymentFact fact) {
        // When
        PaymentFact read = PaymentFacts.takenBack(payment(false, captured, claimed, refunded), money(amount),
                capture == null ? null : operation(Kind.CAPTURE, Status.SUCCEEDED, capture), named);

        // Then
        assertThat(read).isEqualTo(fact);
    }

    @ParameterizedTest
    @CsvSource({"PENDING, , REFUNDED_IN_PART", "PENDING, 6000, REFUNDED_IN_PART", "PENDING, 9000, REFUNDED",
            "PENDING, 9001, REFUNDED_WRONGLY", "PENDING, 0, REFUNDED_WRONGLY", "SUCCEEDED, 6000, KNOWN",
            "FAILED, 6000, MADE_AFTER_ALL"})
    void shouldReadARefundOfOurs(Status status, Long told, PaymentFact fact) {
        // When
        PaymentFact read = PaymentFacts.refunded(payment(true, 10_000, 7_000, 1_000), operation(Kind.REFUND, status, 6_000),
                money(told));

        // Then
        assertThat(read).isEqualTo(fact);
    }

    @ParameterizedTest
    @CsvSource({", , REFUNDED_WRONGLY", "0, , REFUNDED_WRONGLY", "4000, , REFUNDED_IN_PART", "4001, , REFUNDED_WRONGLY",
            "4001, 1000, REFUNDED_MEANWHILE", "4000, 4000, REFUNDED_MEANWHILE", "4000, 1000, REFUNDED_IN_PART"})
    void shouldReadARefundThatNobodyHereAskedFor(Long told, Long open, PaymentFact fact) {
        // When
        PaymentFact read = PaymentFacts.refundedUnasked(payment(true, 10_000, 6_000, 0), money(told),
                open == null ? List.of() : List.of(operation(Kind.REFUND, Status.PENDING, open)));

        // Then
        assertThat(read).isEqualTo(fact);
    }

    @Test
    void shouldReadTheLastRefund() {
        // When
        PaymentFact read = PaymentFacts.refundedUnasked(payment(true, 10_000, 6_000, 6_000), money(4_000L), List.of());

        // Then
        assertThat(read).isEqualTo(PaymentFact.REFUNDED);
    }

    private static ProviderOutcome outcome(String answer, Long moved) {
        return switch (answer) {
            case "completed" -> new ProviderOutcome.Completed("ref", money(moved));
            case "authorized" -> new ProviderOutcome.Authorized("ref");
            case "declined" -> new ProviderOutcome.Declined("no");
            case "pending" -> new ProviderOutcome.Pending("ref");
            case "not-done" -> new ProviderOutcome.NotDone("refused");
            default -> new ProviderOutcome.Unanswered("timeout");
        };
    }

    private static Money money(Long minor) {
        return minor == null ? null : new Money(minor, "USD");
    }

    private static PaymentOperation operation(Kind kind, Status status, long minor) {
        return new PaymentOperation(UUID.randomUUID(), UUID.randomUUID(), kind, money(minor), status, null, "shop", "sandbox",
                null, Instant.EPOCH, null);
    }

    private static Payment payment(boolean atOnce, long captured, long claimed, long refunded) {
        return new Payment(UUID.randomUUID(), "user-1", money(10_000L), "card", "sandbox", null, PaymentStatus.COMPLETED, null,
                null, null, null, Instant.EPOCH, Instant.EPOCH, null, atOnce, captured, claimed, refunded, 0, 0, null);
    }
}
