package io.payroute.payment.charge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.provider.ProviderCall;
import io.payroute.platform.work.WorkTask;

/**
 * Makes a provider's call of a claimed task: what a provider's route finds in body, headers and properties. A task that waited too
 * long, in a step before this one, is not called: it is claimed again when its lease has ended. Nor is one that the team's hook must
 * be asked about first.
 */
@ApplicationScoped
@Named("beginCall")
public class BeginCall {

    public void prepare(Exchange exchange) {
        Message message = exchange.getMessage();
        ProviderTask task = message.getBody(ProviderTask.class);
        Long startUntil = exchange.getProperty(WorkTask.START_UNTIL, Long.class);
        if (startUntil != null && System.nanoTime() - startUntil > 0) {
            throw new IllegalStateException("The steps before the call took more than half of the lease.");
        }
        if (task instanceof ChargeTask charge && charge.unreleased() != null) {
            throw new IllegalStateException("The hook before the charge was not asked.");
        }
        ProviderCall call = task.call();
        exchange.setProperty(ProviderTask.PROPERTY, task);
        exchange.setProperty(ProviderTask.CALLED, System.nanoTime());
        exchange.setProperty(ProviderCall.PROPERTY, call);
        exchange.setProperty(ProviderCall.UNTIL, startUntil);
        message.setBody(call);
        call.describe(message::setHeader);
        message.setHeader("provider", task.provider());
    }
}
