package io.payroute.order;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.payroute.order.model.OrderSaga;
import io.payroute.order.model.OrderStatus;
import io.payroute.order.model.SagaStep;
import io.payroute.platform.work.Backoff;

import static org.assertj.core.api.Assertions.assertThat;

class OrderStepsTest {

    @Test
    void shouldAskEverLessOftenForAPaymentThatIsNotTakenBack() {
        // Given
        OrderSteps steps = new OrderSteps(null, null, "created", "updated",
                new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5)),
                Duration.ofSeconds(30), Duration.ofHours(1));
        SagaTask task = new SagaTask(null, SagaStep.REVERSE, 9, 0, Duration.ofMinutes(2), null);

        // When
        Duration delay = steps.delay(task, new OrderSaga.Next(SagaStep.REVERSE, OrderStatus.FAILED));

        // Then
        assertThat(delay).isEqualTo(Duration.ofMinutes(2));
    }
}
