package io.payroute.platform.reload;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.util.StringHelper;

import io.quarkus.arc.Unremovable;

/**
 * Camel's {@code direct:} whose routes can be changed while they are called: another route may take the calls of one meanwhile, and
 * no caller waits for that. Camel's own producer keeps the consumer that it has found, for all threads but the first that sees a
 * change; here each call looks for its own.
 */
@Singleton
@Unremovable
@Named("direct")
@Component("direct")
public class SwappableDirectComponent extends DirectComponent {

    private final Map<String, DirectConsumer> present = new ConcurrentHashMap<>();
    private final Map<String, DirectConsumer> standIns = new ConcurrentHashMap<>();

    /** Until it is taken back, calls go to the stand-in; those under way go on where they are. */
    void redirect(Endpoint endpoint, DirectConsumer standIn) {
        standIns.put(key(endpoint), standIn);
    }

    void takeBack(Endpoint endpoint) {
        standIns.remove(key(endpoint));
    }

    private static String key(Endpoint endpoint) {
        return StringHelper.before(endpoint.getEndpointUri(), "?", endpoint.getEndpointUri());
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DirectEndpoint endpoint = new SwappableEndpoint(uri, this);
        endpoint.setBlock(isBlock());
        endpoint.setTimeout(getTimeout());
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    public void addConsumer(String key, DirectConsumer consumer) {
        DirectConsumer other = present.putIfAbsent(key, consumer);
        if (other != null && other != consumer) {
            throw new IllegalArgumentException("Two routes begin with " + key + "; there must be one.");
        }
        synchronized (present) {
            present.notifyAll();
        }
    }

    @Override
    public void removeConsumer(String key, DirectConsumer consumer) {
        present.remove(key, consumer);
    }

    @Override
    protected DirectConsumer getConsumer(String key, boolean block, long timeout) throws InterruptedException {
        DirectConsumer found = find(key);
        return found != null || !block ? found : await(key, timeout);
    }

    private DirectConsumer find(String key) {
        DirectConsumer standIn = standIns.isEmpty() ? null : standIns.get(key);
        return standIn != null ? standIn : present.get(key);
    }

    /** While routes start, one may call another that is not there yet. */
    private DirectConsumer await(String key, long timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout * 1_000_000;
        synchronized (present) {
            DirectConsumer found = find(key);
            for (long left = timeout; found == null && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                present.wait(left);
                found = find(key);
            }
            return found;
        }
    }

    private static final class SwappableEndpoint extends DirectEndpoint {

        SwappableEndpoint(String uri, SwappableDirectComponent component) {
            super(uri, component);
        }

        @Override
        public Producer createProducer() {
            return new SwappableProducer(this);
        }
    }

    private static final class SwappableProducer extends DefaultAsyncProducer {

        private final DirectEndpoint endpoint;
        private final SwappableDirectComponent component;
        private final String key;

        SwappableProducer(DirectEndpoint endpoint) {
            super(endpoint);
            this.endpoint = endpoint;
            this.component = (SwappableDirectComponent) endpoint.getComponent();
            this.key = SwappableDirectComponent.key(endpoint);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            try {
                DirectConsumer consumer = component.getConsumer(key, endpoint.isBlock(), endpoint.getTimeout());
                if (consumer == null) {
                    if (endpoint.isFailIfNoConsumers()) {
                        exchange.setException(
                                new DirectConsumerNotAvailableException("No consumers available on endpoint: " + endpoint,
                                        exchange));
                    }
                } else if (endpoint.isSynchronous()) {
                    consumer.getProcessor().process(exchange);
                } else {
                    return consumer.getAsyncProcessor().process(exchange, callback);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                exchange.setException(e);
            } catch (Exception e) {
                exchange.setException(e);
            }
            callback.done(true);
            return true;
        }
    }
}
