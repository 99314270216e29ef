package io.payroute.order;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.grpc.Status;
import io.payroute.money.Money;
import io.payroute.order.model.Order;
import io.payroute.order.model.OrderStatus;
import io.payroute.order.model.SagaFact;
import io.payroute.order.model.SagaStep;

import static org.assertj.core.api.Assertions.assertThat;

class SagaRefusalsTest {

    private static final Duration CALLS_END = Duration.ofSeconds(30);

    private final SagaRefusals refusals = new SagaRefusals(CALLS_END);

    @ParameterizedTest
    @CsvSource({"PAID, REVERSE", "CANCELLED, REVERSE", "PAID, AWAIT_PAYMENT", "FAILED, AWAIT_PAYMENT"})
    void shouldNotBelieveThatAPaymentIsGoneThatWasThere(OrderStatus status, SagaStep step) {
        // When
        Optional<SagaFact> fact = refusals.fact(task(status, step, UUID.randomUUID(), Duration.ofDays(1)),
                Status.Code.NOT_FOUND);

        // Then
        assertThat(fact).isEmpty();
    }

    @Test
    void shouldAskAgainWhileThePaymentMayBeOnItsWay() {
        // When
        Optional<SagaFact> fact = refusals.fact(task(OrderStatus.CANCELLED, SagaStep.REVERSE, null, CALLS_END.minusMillis(1)),
                Status.Code.NOT_FOUND);

        // Then
        assertThat(fact).contains(SagaFact.PAYMENT_PENDING);
    }

    @Test
    void shouldBelieveThatNothingWasInitiatedOnceNoCallCanBeUnderWay() {
        // When
        Optional<SagaFact> fact = refusals.fact(task(OrderStatus.CANCELLED, SagaStep.REVERSE, null, CALLS_END),
                Status.Code.NOT_FOUND);

        // Then
        assertThat(fact).contains(SagaFact.PAYMENT_UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({"PENDING, AWAIT_PAYMENT, NOT_FOUND", "CANCELLED, RELEASE, NOT_FOUND", "PENDING, PAY, UNKNOWN",
            "PENDING, RESERVE, UNAVAILABLE", "CANCELLED, REVERSE, FAILED_PRECONDITION", "PENDING, COMMIT, INTERNAL"})
    void shouldTakeNoAnswerForAnAnswer(OrderStatus status, SagaStep step, Status.Code code) {
        // When
        Optional<SagaFact> fact = refusals.fact(task(status, step, null, Duration.ofDays(1)), code);

        // Then
        assertThat(fact).isEmpty();
    }

    private static SagaTask task(OrderStatus status, SagaStep step, UUID paymentId, Duration inStep) {
        return new SagaTask(
                new Order(new UUID(0, 1), "ada", "a", "card", new Money(1, "USD"), status, null, paymentId, null, null,
                        List.of(), Instant.EPOCH, Instant.EPOCH),
                step, 1, 0, inStep, Instant.EPOCH);
    }
}
