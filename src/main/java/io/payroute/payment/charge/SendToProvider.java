package io.payroute.payment.charge;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;

import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.routing.ProviderBreakers;

/** Sends claimed tasks through {@code direct:payment-charge} and knows how many are on their way. A call holds no thread here. */
public final class SendToProvider {

    private final CamelContext camel;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, AtomicInteger> byProvider = new ConcurrentHashMap<>();
    private AsyncProducer route;

    public SendToProvider(CamelContext camel) {
        this.camel = camel;
    }

    /** Not for use by several threads at once. */
    public void send(ProviderTask task) {
        if (route == null) {
            route = start(camel.getEndpoint("direct:payment-charge"));
        }
        ProviderCall call = task.call();
        Exchange exchange = route.getEndpoint().createExchange();
        exchange.setProperty(ProviderTask.PROPERTY, task);
        exchange.setProperty(ProviderCall.PROPERTY, call);
        exchange.setProperty(ProviderCall.UNTIL, task.callUntil());
        exchange.getMessage().setBody(call);
        exchange.getMessage().setHeader("operation", call.operation());
        exchange.getMessage().setHeader("provider", task.provider());
        AtomicInteger ofProvider = byProvider.computeIfAbsent(task.provider(), name -> new AtomicInteger());
        inFlight.incrementAndGet();
        ofProvider.incrementAndGet();
        route.process(exchange, done -> {
            ofProvider.decrementAndGet();
            inFlight.decrementAndGet();
        });
    }

    /**
     * The providers that get nothing, or nothing more than a trial, now: their breaker is not closed, or they hold three quarters of
     * the places.
     */
    public List<String> busy(ProviderBreakers.Failing failing, int places) {
        int most = Math.max(1, places * 3 / 4);
        Stream<String> full = byProvider.entrySet().stream().filter(entry -> entry.getValue().get() >= most)
                .map(Map.Entry::getKey);
        return Stream.of(failing.open().stream(), failing.halfOpen().stream(), full).flatMap(names -> names).toList();
    }

    /** Sent to this provider and not yet settled. */
    public int inFlight(String provider) {
        AtomicInteger calls = byProvider.get(provider);
        return calls == null ? 0 : calls.get();
    }

    /** Sent and not yet settled. */
    public int inFlight() {
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
