package io.payroute.payment.charge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.provider.ProviderCall;
import io.payroute.platform.work.WorkTask;

/** Makes a provider's call of a claimed task: what a provider's route finds in body, headers and properties. */
@ApplicationScoped
@Named("beginCall")
public class BeginCall {

    public void prepare(Exchange exchange) {
        Message message = exchange.getMessage();
        ProviderTask task = message.getBody(ProviderTask.class);
        ProviderCall call = task.call();
        exchange.setProperty(ProviderTask.PROPERTY, task);
        exchange.setProperty(ProviderCall.PROPERTY, call);
        exchange.setProperty(ProviderCall.UNTIL, exchange.getProperty(WorkTask.START_UNTIL));
        message.setBody(call);
        message.setHeader("operation", call.operation());
        message.setHeader("provider", task.provider());
    }
}
