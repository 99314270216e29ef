package io.payroute.payment.operation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.query.FindOperations;
import io.payroute.platform.http.Waiters;

/** Lets requests wait for the outcome of their captures, cancellations and refunds. */
@ApplicationScoped
class OperationOutcomes {

    private final Waiters<PaymentOperation> waiters;

    OperationOutcomes(FindOperations findOperations, @ConfigProperty(name = "payment.process.max-waiting") int max,
            @ConfigProperty(name = "payment.process.poll-interval") Duration interval) {
        waiters = new Waiters<>("operation-outcomes", max, interval, findOperations::ended);
    }

    /** @return empty when there is no outcome in time, or no room to wait */
    CompletionStage<Optional<PaymentOperation>> await(UUID operation, Duration patience) {
        return waiters.await(operation, patience);
    }

    /** To be told after the commit. */
    void ended(UUID operation) {
        waiters.ended(List.of(operation));
    }

    @PreDestroy
    void close() {
        waiters.close();
    }
}
