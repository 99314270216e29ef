package io.payroute.platform.reload;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.spi.ShutdownAware;
import org.jboss.logging.Logger;

/** Tells when nothing is under way in a route to which nothing new comes. */
final class RoutesAtRest {

    private static final Logger LOG = Logger.getLogger(RoutesAtRest.class);
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(2);
    /** Of consumers that do not say what they have taken: between that and its being counted by the route. */
    private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(20);

    private final CamelContext context;
    private final SwappableDirectComponent direct;
    private final long patience;

    RoutesAtRest(CamelContext context, SwappableDirectComponent direct, Duration patience) {
        this.context = context;
        this.direct = direct;
        this.patience = patience.toNanos();
    }

    void await(String id) throws TimeoutException {
        long end = System.nanoTime() + patience;
        long quietSince = System.nanoTime();
        while (System.nanoTime() - quietSince < QUIET) {
            LockSupport.parkNanos(LOOK);
            if (isBusy(id)) {
                quietSince = System.nanoTime();
            }
            if (System.nanoTime() > end) {
                throw new TimeoutException(
                        "Route " + id + " still had work after " + TimeUnit.NANOSECONDS.toSeconds(patience) + " s");
            }
        }
    }

    /** @return false when that took too long */
    boolean comes(String id) {
        try {
            await(id);
            return true;
        } catch (TimeoutException e) {
            LOG.warnf("event=route-not-at-rest routeId=%s cause=%s", id, e.getMessage());
            return false;
        }
    }

    private boolean isBusy(String id) {
        Route route = context.getRoute(id);
        if (route != null && route.getConsumer() instanceof DirectConsumer consumer) {
            // First who enters: after that the route counts him.
            return direct.isBeingEntered(consumer) || context.getInflightRepository().size(id) > 0;
        }
        return route != null && route.getConsumer() instanceof ShutdownAware consumer && consumer.getPendingExchangesSize() > 0
                || context.getInflightRepository().size(id) > 0;
    }
}
