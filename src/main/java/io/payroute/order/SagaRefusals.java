package io.payroute.order;

import java.util.Optional;

import io.grpc.Status;
import io.payroute.order.model.OrderStatus;
import io.payroute.order.model.SagaFact;
import io.payroute.order.model.SagaStep;

/** Which codes of gRPC are an answer to a step; all others say that there was none. */
final class SagaRefusals {

    private SagaRefusals() {
    }

    static Optional<SagaFact> fact(OrderStatus status, SagaStep step, Status.Code code) {
        SagaFact fact = switch (step) {
            case RESERVE, RESERVE_AGAIN, PAY -> switch (code) {
                case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, ALREADY_EXISTS -> SagaFact.REFUSED;
                default -> null;
            };
            // Nothing was initiated, so nothing is to be taken back.
            case REVERSE -> code == Status.Code.NOT_FOUND ? SagaFact.PAYMENT_FAILED : null;
            // Reserved, and known no more: it is reserved again like what has expired.
            case COMMIT -> code == Status.Code.FAILED_PRECONDITION || code == Status.Code.NOT_FOUND ? SagaFact.EXPIRED : null;
            // One that is awaited has been initiated: it is asked for until it is there.
            case AWAIT_PAYMENT -> code == Status.Code.NOT_FOUND && status != OrderStatus.PENDING
                    ? SagaFact.PAYMENT_UNKNOWN
                    : null;
            case RELEASE -> null;
        };
        return Optional.ofNullable(fact);
    }
}
