package io.payroute.order;

import java.time.Duration;
import java.time.Instant;

import io.payroute.order.model.Order;
import io.payroute.order.model.SagaStep;
import io.payroute.platform.work.WorkTask;

/**
 * An order whose next step is to be taken.
 *
 * @param claim what this step's result is compared with
 * @param failures of this step so far
 * @param inStep since when it is at this step
 */
record SagaTask(Order order, SagaStep step, long claim, int failures, Duration inStep, Instant claimedAt) implements WorkTask {

    @Override
    public String key() {
        return step.word();
    }
}
