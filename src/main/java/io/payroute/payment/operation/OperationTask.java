package io.payroute.payment.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import io.payroute.payment.charge.ProviderTask;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.provider.ProviderCall;

/**
 * A claimed capture, cancellation or refund.
 *
 * @param method of the payment
 * @param paymentReference the provider's id of the payment
 * @param keyAge how long ago it was sent first, of those times that may have reached the provider
 */
public record OperationTask(PaymentOperation operation, String method, String paymentReference, boolean statusQuery,
        int attempts,
        int queries, Instant startedAt, Duration keyAge) implements ProviderTask {

    @Override
    public UUID id() {
        return operation.id();
    }

    @Override
    public UUID paymentId() {
        return operation.paymentId();
    }

    @Override
    public String provider() {
        return operation.provider();
    }

    @Override
    public ProviderCall call() {
        ProviderCall call = new ProviderCall(operation.kind().word(), null, operation.id().toString(), operation.paymentId(),
                paymentReference, operation.money(), method, attempts, keyAge, null);
        return statusQuery ? call.status(queries) : call;
    }
}
