package io.payroute.platform.reload;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.Route;
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
 * change; here each call looks for its own. Who has found one is seen until the route itself counts him.
 */
@Singleton
@Unremovable
@Named("direct")
@Component("direct")
public class SwappableDirectComponent extends DirectComponent {

    private final Map<String, Door> present = new ConcurrentHashMap<>();
    private final Map<String, Door> standIns = new ConcurrentHashMap<>();
    /** Those of a consumer that is suspended or gone, too. */
    private final Map<DirectConsumer, AtomicInteger> counts = Collections.synchronizedMap(new WeakHashMap<>());

    /** @param entering callers who have found the consumer and have not come back */
    private record Door(DirectConsumer consumer, AtomicInteger entering) {

        void leave() {
            entering.decrementAndGet();
        }
    }

    /** Until it is taken back, calls go to the stand-in; those under way go on where they are. */
    void redirect(Endpoint endpoint, DirectConsumer standIn) {
        standIns.put(key(endpoint), present.get(key(standIn.getEndpoint())));
        synchronized (present) {
            present.notifyAll();
        }
    }

    boolean isStandIn(Route route) {
        return route != null && standIns.values().stream().anyMatch(door -> door.consumer() == route.getConsumer());
    }

    /**
     * Once calls go elsewhere: whoever is not seen here any more has ended, or is under way as the route counts it. Without it, one who
     * is held up between the two would call a route that is gone.
     */
    boolean isBeingEntered(DirectConsumer consumer) {
        AtomicInteger entering = counts.get(consumer);
        return entering != null && entering.get() > 0;
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
        Door door = new Door(consumer, counts.computeIfAbsent(consumer, one -> new AtomicInteger()));
        Door other = present.putIfAbsent(key, door);
        if (other != null && other.consumer() != consumer) {
            throw new IllegalArgumentException("Two routes begin with " + key + "; there must be one.");
        }
        synchronized (present) {
            present.notifyAll();
        }
    }

    @Override
    public void removeConsumer(String key, DirectConsumer consumer) {
        present.computeIfPresent(key, (same, door) -> door.consumer() == consumer ? null : door);
    }

    @Override
    protected DirectConsumer getConsumer(String key, boolean block, long timeout) throws InterruptedException {
        Door door = enter(key, block ? timeout : 0);
        if (door == null) {
            return null;
        }
        door.leave();
        return door.consumer();
    }

    /** @return null when there is none in time; who enters must leave */
    private Door enter(String key, long timeout) throws InterruptedException {
        Door door = tryEnter(key);
        return door != null || timeout <= 0 ? door : await(key, timeout);
    }

    /** He counts himself first and then looks again, so that none is missed who still may go in. */
    private Door tryEnter(String key) {
        for (Door door = find(key); door != null; door = find(key)) {
            door.entering().incrementAndGet();
            if (find(key) == door) {
                return door;
            }
            door.leave();
        }
        return null;
    }

    private Door find(String key) {
        Door standIn = standIns.isEmpty() ? null : standIns.get(key);
        return standIn != null ? standIn : present.get(key);
    }

    /** While routes start, one may call another that is not there yet. */
    private Door await(String key, long timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout * 1_000_000;
        synchronized (present) {
            Door found = tryEnter(key);
            for (long left = timeout; found == null && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                present.wait(left);
                found = tryEnter(key);
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
            Door door = null;
            try {
                door = component.enter(key, endpoint.isBlock() ? endpoint.getTimeout() : 0);
                if (door == null) {
                    if (endpoint.isFailIfNoConsumers()) {
                        exchange.setException(
                                new DirectConsumerNotAvailableException("No consumers available on endpoint: " + endpoint,
                                        exchange));
                    }
                } else if (endpoint.isSynchronous()) {
                    door.consumer().getProcessor().process(exchange);
                } else {
                    return door.consumer().getAsyncProcessor().process(exchange, callback);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                exchange.setException(e);
            } catch (Exception e) {
                exchange.setException(e);
            } finally {
                if (door != null) {
                    door.leave();
                }
            }
            callback.done(true);
            return true;
        }
    }
}
