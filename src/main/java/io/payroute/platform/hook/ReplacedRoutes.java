package io.payroute.platform.hook;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;

import io.payroute.platform.route.Hook;

/**
 * Which hooks the team has replaced, remembered until a route is added or removed: Camel finds a route by going through all of them
 * under a lock, and every payment asks. Camel tells of a change under the same lock before it makes it, so what was looked up before
 * is never taken for what is there after.
 */
public final class ReplacedRoutes extends ModelLifecycleStrategySupport {

    /** @param at the number of the change after which it was looked up */
    private record Known(long at, boolean replaced) {
    }

    private final CamelContext context;
    private final AtomicLong changes = new AtomicLong();
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    public ReplacedRoutes(CamelContext context) {
        this.context = context;
        ((ModelCamelContext) context).addModelLifecycleStrategy(this);
    }

    /** @param hook the id of its route */
    public boolean isReplaced(String hook) {
        long now = changes.get();
        Known last = known.get(hook);
        if (last == null || last.at != now) {
            last = new Known(now, Hook.isReplaced(context, hook));
            known.put(hook, last);
        }
        return last.replaced;
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        changes.incrementAndGet();
    }

    @Override
    public void onRemoveRouteDefinition(RouteDefinition route) {
        changes.incrementAndGet();
    }
}
