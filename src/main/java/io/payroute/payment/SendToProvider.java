package io.payroute.payment;

import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;

import io.payroute.payment.provider.ProviderCall;

/** Sends claimed tasks through {@code direct:payment-charge} and knows how many are on their way. A call holds no thread here. */
final class SendToProvider {

    private final CamelContext camel;
    private final AtomicInteger inFlight = new AtomicInteger();
    private AsyncProducer route;

    SendToProvider(CamelContext camel) {
        this.camel = camel;
    }

    /** Not for use by several threads at once. */
    void send(ProviderTask task) {
        if (route == null) {
            route = start(camel.getEndpoint("direct:payment-charge"));
        }
        ProviderCall call = task.call();
        Exchange exchange = route.getEndpoint().createExchange();
        exchange.setProperty(ProviderTask.PROPERTY, task);
        exchange.setProperty(ProviderCall.PROPERTY, call);
        exchange.getMessage().setBody(call);
        exchange.getMessage().setHeader("operation", call.operation());
        exchange.getMessage().setHeader("provider", task.provider());
        inFlight.incrementAndGet();
        route.process(exchange, done -> inFlight.decrementAndGet());
    }

    /** Sent and not yet settled. */
    int inFlight() {
        return inFlight.get();
    }

    private static AsyncProducer start(Endpoint endpoint) {
        try {
            AsyncProducer producer = endpoint.createAsyncProducer();
            producer.start();
            return producer;
        } catch (Exception e) {
            throw new IllegalStateException("Route payment-charge is missing", e);
        }
    }
}
