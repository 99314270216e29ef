package io.payroute.payment.operation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.payment.PaymentMeters;
import io.payroute.payment.charge.ChargeTask;
import io.payroute.payment.charge.ProviderTask;
import io.payroute.payment.charge.SettleCharge;
import io.payroute.payment.model.ProviderOutcome;

/** The last step of every provider call: the outcome in the body goes to what settles this kind of task. */
@ApplicationScoped
@Named("settleCall")
public class SettleCall {

    private final SettleCharge settleCharge;
    private final SettleOperation settleOperation;

    public SettleCall(SettleCharge settleCharge, SettleOperation settleOperation) {
        this.settleCharge = settleCharge;
        this.settleOperation = settleOperation;
    }

    /** @return ends after the commit */
    public CompletionStage<Boolean> settle(Exchange exchange) throws Exception {
        ProviderTask task = exchange.getProperty(ProviderTask.PROPERTY, ProviderTask.class);
        ProviderOutcome outcome = exchange.getMessage().getBody(ProviderOutcome.class);
        Duration took = Duration.ofNanos(System.nanoTime() - exchange.getProperty(ProviderTask.CALLED, Long.class));
        PaymentMeters.called(task.provider(), task.call().operation(), outcome.word(), took);
        if (task instanceof OperationTask operation) {
            settleOperation.settle(operation, outcome);
            return CompletableFuture.completedStage(Boolean.TRUE);
        }
        return settleCharge.settle((ChargeTask) task, outcome);
    }
}
