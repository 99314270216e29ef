package io.payroute.platform.reload;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteBuilderLifecycleStrategy;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Puts routes in place of others while exchanges go through them.
 * <p>
 * Each new route first starts aside, as a stand-in from {@code direct:reload-<id>}: whatever only a start shows is found before
 * anything is touched. A route from {@code direct:} that is replaced hands its calls to its stand-in until the new one is in place, so
 * that nobody waits or fails. Any other takes nothing more meanwhile; what it has taken goes its way to the end. Only a route in which
 * nothing is under way is replaced.
 */
final class RouteSwap {

    private static final String ASIDE = "reload-";
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(2);
    /** Between a caller's finding a route and its being counted there. */
    private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(20);

    private final ModelCamelContext context;
    private final SwappableDirectComponent direct;
    private final long patience;
    private final List<Change> changes;
    /** The kamelets that only these routes use, by name with their new text; these are made anew. */
    private final Map<String, Kamelet> kamelets;
    private final Verification verification;
    private final Map<String, Route> suspended = new LinkedHashMap<>();
    private final Map<String, Endpoint> redirected = new LinkedHashMap<>();

    /**
     * A route and what it becomes, as files of YAML with this route alone.
     *
     * @param old null when it is added
     * @param text null when it is removed
     */
    record Change(String id, String old, String text) {
    }

    /** As {@link Change}. */
    record Kamelet(String old, String text) {
    }

    /** Throws when the routes must not stay as they are now. */
    interface Verification {
        void verify() throws Exception;
    }

    RouteSwap(CamelContext context, SwappableDirectComponent direct, Duration patience, List<Change> changes,
            Map<String, Kamelet> kamelets, Verification verification) {
        this.context = (ModelCamelContext) context;
        this.direct = direct;
        this.patience = patience.toNanos();
        this.changes = changes;
        this.kamelets = kamelets;
        this.verification = verification;
    }

    /** All of it or nothing: what ran before runs again when this throws. */
    void run() throws Exception {
        try {
            for (Change change : changes) {
                try {
                    startAside(change);
                } catch (Exception e) {
                    throw new RouteFailedException(change.id(), e);
                }
            }
            handOver();
        } catch (Exception e) {
            takeBack();
            clear();
            throw e;
        }
        try {
            exchange();
            verification.verify();
            clear();
        } catch (Exception e) {
            putBack(e);
            throw e;
        }
    }

    private void startAside(Change change) throws Exception {
        if (change.text() == null) {
            return;
        }
        for (Map.Entry<String, Kamelet> kamelet : kamelets.entrySet()) {
            String aside = ASIDE + kamelet.getKey();
            if (kamelet.getValue().text() != null && context.getRouteTemplateDefinition(aside) == null) {
                read(aside + ".kamelet.yaml", Pattern.compile("(?m)^(  name: *)\\S+ *$").matcher(kamelet.getValue().text())
                        .replaceFirst("$1" + aside)).addRoutesToCamelContext(context);
            }
        }
        String text = change.text();
        for (String name : kamelets.keySet()) {
            text = uses(name).matcher(text).replaceAll("kamelet:" + ASIDE + name);
        }
        String aside = ASIDE + change.id();
        RouteBuilder builder = read(aside + ".camel.yaml", text);
        builder.addLifecycleInterceptor(new RouteBuilderLifecycleStrategy() {
            @Override
            public void afterConfigure(RouteBuilder read) {
                read.getRouteCollection().getRoutes().forEach(route -> setAside(route, aside));
            }
        });
        builder.addRoutesToCamelContext(context);
        requireStarted(aside);
    }

    /** Ids of steps are taken by the route that runs. */
    private static void setAside(RouteDefinition route, String id) {
        route.setId(id);
        route.setInput(null);
        route.setInput(new FromDefinition("direct:" + id));
        Collection<ProcessorDefinition> steps = ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(),
                ProcessorDefinition.class);
        steps.forEach(step -> step.setId(null));
    }

    /** One whose precondition does not hold is not there. */
    private void requireStarted(String id) {
        RouteDefinition route = context.getRouteDefinition(id);
        if (route != null && !"false".equals(context.resolvePropertyPlaceholders(String.valueOf(route.getAutoStartup())))
                && context.getRouteController().getRouteStatus(id) != ServiceStatus.Started) {
            throw new IllegalStateException("It did not start.");
        }
    }

    private void handOver() throws Exception {
        for (Change change : changes) {
            Route route = change.old() == null ? null : context.getRoute(change.id());
            Route aside = context.getRoute(ASIDE + change.id());
            if (route == null) {
                continue;
            }
            if (route.getConsumer() instanceof DirectConsumer && aside != null) {
                redirected.put(change.id(), route.getEndpoint());
                direct.redirect(route.getEndpoint(), (DirectConsumer) aside.getConsumer());
            } else if (!(route.getConsumer() instanceof DirectConsumer)) {
                suspended.put(change.id(), route);
                ServiceHelper.suspendService(route.getConsumer());
            }
        }
        for (Change change : changes) {
            if (change.old() != null) {
                drain(change.id());
            }
        }
    }

    private void takeBack() throws Exception {
        redirected.values().forEach(direct::takeBack);
        for (Route route : suspended.values()) {
            ServiceHelper.resumeService(route.getConsumer());
        }
    }

    private void exchange() throws Exception {
        for (Change change : changes) {
            if (change.text() == null) {
                remove(change.id());
            }
        }
        for (Map.Entry<String, Kamelet> kamelet : kamelets.entrySet()) {
            replace(kamelet.getKey(), kamelet.getValue().text());
        }
        for (Change change : changes) {
            if (change.text() != null) {
                replace(change);
            }
        }
    }

    private void replace(Change change) throws Exception {
        try {
            if (change.old() != null) {
                remove(change.id());
            }
            read(change.id() + ".camel.yaml", change.text()).addRoutesToCamelContext(context);
            requireStarted(change.id());
        } catch (Exception e) {
            throw new RouteFailedException(change.id(), e);
        }
    }

    /** Its routes go with it; those who use it make new ones. */
    private void replace(String kamelet, String text) throws Exception {
        removeKamelet(kamelet);
        if (text != null) {
            read(kamelet + ".kamelet.yaml", text).addRoutesToCamelContext(context);
        }
    }

    private void putBack(Exception cause) {
        try {
            for (Change change : changes) {
                suspend(change.id());
            }
            for (Change change : changes) {
                drain(change.id());
                remove(change.id());
            }
            for (Map.Entry<String, Kamelet> kamelet : kamelets.entrySet()) {
                replace(kamelet.getKey(), kamelet.getValue().old());
            }
            for (Change change : changes) {
                if (change.old() != null) {
                    replace(new Change(change.id(), null, change.old()));
                }
            }
            clear();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }

    private void suspend(String id) {
        Route route = context.getRoute(id);
        if (route != null && !(route.getConsumer() instanceof DirectConsumer)) {
            ServiceHelper.suspendService(route.getConsumer());
        }
    }

    /** The stand-ins, once nothing is under way in them. */
    private void clear() throws Exception {
        redirected.values().forEach(direct::takeBack);
        for (Change change : changes) {
            if (context.getRouteDefinition(ASIDE + change.id()) != null) {
                drain(ASIDE + change.id());
                remove(ASIDE + change.id());
            }
        }
        for (String kamelet : kamelets.keySet()) {
            removeKamelet(ASIDE + kamelet);
        }
    }

    private void removeKamelet(String name) throws Exception {
        for (Endpoint endpoint : List.copyOf(context.getEndpoints())) {
            if (endpoint instanceof KameletEndpoint kamelet && name.equals(kamelet.getTemplateId())) {
                remove(kamelet.getRouteId());
                context.removeEndpoint(kamelet);
            }
        }
        if (context.getRouteTemplateDefinition(name) != null) {
            context.removeRouteTemplateDefinitions(name);
        }
    }

    private void remove(String id) throws Exception {
        RouteDefinition definition = context.getRouteDefinition(id);
        if (definition != null) {
            context.removeRouteDefinition(definition);
        }
    }

    private void drain(String id) throws TimeoutException {
        long end = System.nanoTime() + patience;
        long quietSince = System.nanoTime();
        while (System.nanoTime() - quietSince < QUIET) {
            LockSupport.parkNanos(LOOK);
            if (context.getInflightRepository().size(id) > 0) {
                quietSince = System.nanoTime();
            }
            if (System.nanoTime() > end) {
                throw new TimeoutException(
                        "Route " + id + " still had work after " + TimeUnit.NANOSECONDS.toSeconds(patience) + " s");
            }
        }
    }

    private RouteBuilder read(String name, String text) throws Exception {
        return (RouteBuilder) PluginHelper.getRoutesLoader(context).findRoutesBuilders(ResourceHelper.fromString(name, text))
                .iterator().next();
    }

    static boolean isAside(String route) {
        return route.startsWith(ASIDE);
    }

    static Pattern uses(String kamelet) {
        return Pattern.compile("kamelet:" + Pattern.quote(kamelet) + "(?![A-Za-z0-9_-])");
    }
}
