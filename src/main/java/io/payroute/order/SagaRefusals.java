package io.payroute.order;

import java.time.Duration;
import java.util.Optional;

import io.grpc.Status;
import io.payroute.order.model.OrderStatus;
import io.payroute.order.model.SagaFact;

/** Which codes of gRPC are an answer to a step; all others say that there was none. */
final class SagaRefusals {

    private final Duration callsEnd;

    /** @param callsEnd after so long at a step no call of an earlier one can take effect any more */
    SagaRefusals(Duration callsEnd) {
        this.callsEnd = callsEnd;
    }

    /** @return empty when it is no answer: the step is tried again, and the order is counted as stuck when that lasts */
    Optional<SagaFact> fact(SagaTask task, Status.Code code) {
        SagaFact fact = switch (task.step()) {
            case RESERVE, RESERVE_AGAIN, PAY -> switch (code) {
                case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, ALREADY_EXISTS -> SagaFact.REFUSED;
                default -> null;
            };
            case REVERSE -> code == Status.Code.NOT_FOUND ? notInitiated(task) : null;
            // Reserved, and known no more: it is reserved again like what has expired.
            case COMMIT -> code == Status.Code.FAILED_PRECONDITION || code == Status.Code.NOT_FOUND ? SagaFact.EXPIRED : null;
            case AWAIT_PAYMENT -> code == Status.Code.NOT_FOUND && task.order().status() != OrderStatus.PENDING
                    && task.order().paymentId() == null ? SagaFact.PAYMENT_UNKNOWN : null;
            case RELEASE -> null;
        };
        return Optional.ofNullable(fact);
    }

    /**
     * Nothing is to be taken back only where no payment is known, and none can be on its way any more. One that payment told of once,
     * and does not find now, is asked for until it is there.
     */
    private SagaFact notInitiated(SagaTask task) {
        if (task.order().paymentId() != null) {
            return null;
        }
        return task.inStep().compareTo(callsEnd) < 0 ? SagaFact.PAYMENT_PENDING : SagaFact.PAYMENT_UNKNOWN;
    }
}
