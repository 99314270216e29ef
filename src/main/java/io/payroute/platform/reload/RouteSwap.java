package io.payroute.platform.reload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteBuilderLifecycleStrategy;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.jboss.logging.Logger;

/**
 * Puts routes in place of others while exchanges go through them.
 * <p>
 * Each new route first starts aside, as a stand-in from {@code direct:reload-<id>}: whatever only a start shows is found before
 * anything is touched. A route from {@code direct:} that is replaced hands its calls to its stand-in until the new one is in place, so
 * that nobody waits or fails. Any other takes nothing more meanwhile; what it has taken goes its way to the end. Only a route in which
 * nothing is under way is replaced. When it goes wrong later, each of the old ones is put back, whatever becomes of the others; only
 * then it is not waited for longer than that what is under way has ended.
 */
final class RouteSwap {

    private static final String ASIDE = "reload-";
    private static final Logger LOG = Logger.getLogger(RouteSwap.class);

    private final ModelCamelContext context;
    private final SwappableDirectComponent direct;
    private final RoutesAtRest rest;
    private final KameletRoutes kameletRoutes;
    private final List<Change> changes;
    /** The kamelets that only these routes use, by name with their new text; these are made anew. */
    private final Map<String, Kamelet> kamelets;
    private final Verification verification;
    private final Map<String, Route> suspended = new LinkedHashMap<>();
    /** The address with which each new route begins, where that is one of {@code direct:}. */
    private final Map<String, Endpoint> begins = new LinkedHashMap<>();
    private final Map<Endpoint, Change> redirected = new LinkedHashMap<>();

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
        this.rest = new RoutesAtRest(context, direct, patience);
        this.kameletRoutes = new KameletRoutes(this.context);
        this.changes = changes;
        this.kamelets = kamelets;
        this.verification = verification;
    }

    /** All of it or nothing: what ran before runs again when this throws. */
    void run() throws Exception {
        clear();
        if (context.getRouteDefinitions().stream().anyMatch(route -> isAside(route.getRouteId()))) {
            throw new IllegalStateException(
                    "The last reload has not come to its end; wait for what is under way, or restart this process.");
        }
        Set<Endpoint> before = Set.copyOf(context.getEndpoints());
        changes.stream().map(change -> context.getRoute(change.id())).filter(Objects::nonNull)
                .forEach(kameletRoutes::remember);
        try {
            for (Change change : changes) {
                try {
                    startAside(change);
                } catch (Throwable e) {
                    throw new RouteFailedException(change.id(), e);
                }
            }
            handOver();
        } catch (Throwable e) {
            takeBack();
            clear();
            kameletRoutes.removeIf(endpoint -> !before.contains(endpoint));
            throw asException(e);
        }
        try {
            exchange();
            verification.verify();
        } catch (Throwable e) {
            Exception failure = asException(e);
            putBack(failure);
            throw failure;
        }
        redirected.keySet().forEach(direct::takeBack);
        clear();
    }

    /** A class that cannot be loaded is an Error; what ran must be put back after that, too. */
    private static Exception asException(Throwable failure) {
        return failure instanceof Exception exception ? exception : new IllegalStateException(failure);
    }

    private void startAside(Change change) throws Exception {
        if (change.text() == null) {
            return;
        }
        for (Map.Entry<String, Kamelet> kamelet : kamelets.entrySet()) {
            String aside = ASIDE + kamelet.getKey();
            if (kamelet.getValue().text() != null && context.getRouteTemplateDefinition(aside) == null) {
                RouteBuilder template = read(aside + ".kamelet.yaml", kamelet.getValue().text());
                afterReading(template, read -> read.getRouteTemplateCollection().getRouteTemplates()
                        .forEach(one -> one.setId(aside)));
                template.addRoutesToCamelContext(context);
            }
        }
        String text = change.text();
        for (String name : kamelets.keySet()) {
            text = KameletRoutes.uses(name).matcher(text).replaceAll("$1" + ASIDE + name);
        }
        String aside = ASIDE + change.id();
        RouteBuilder builder = read(aside + ".camel.yaml", text);
        afterReading(builder, read -> read.getRouteCollection().getRoutes().forEach(route -> setAside(change, route, aside)));
        builder.addRoutesToCamelContext(context);
        requireStarted(aside);
    }

    private static void afterReading(RouteBuilder builder, Consumer<RouteBuilder> change) {
        builder.addLifecycleInterceptor(new RouteBuilderLifecycleStrategy() {
            @Override
            public void afterConfigure(RouteBuilder read) {
                change.accept(read);
            }
        });
    }

    /** Ids of steps are taken by the route that runs. */
    private void setAside(Change change, RouteDefinition route, String id) {
        if (route.getInput().getEndpointUri().startsWith("direct:")) {
            begins.put(change.id(), context.getEndpoint(route.getInput().getEndpointUri()));
        }
        route.setId(id);
        route.setStartupOrder(null);
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
        // Also those that are added: a stand-in may call one.
        changes.stream().filter(change -> begins.containsKey(change.id()))
                .forEach(change -> redirect(begins.get(change.id()), change));
        List<Change> closing = new ArrayList<>();
        for (Change change : changes) {
            Route route = change.old() == null ? null : context.getRoute(change.id());
            Route aside = context.getRoute(ASIDE + change.id());
            if (route == null) {
                continue;
            }
            if (!(route.getConsumer() instanceof DirectConsumer)) {
                suspend(change.id(), route);
            } else if (aside != null) {
                redirect(route.getEndpoint(), change);
            } else {
                closing.add(change);
            }
        }
        for (Change change : changes) {
            if (change.old() != null && !closing.contains(change)) {
                rest.await(change.id());
            }
        }
        // Those who called it have gone. Who calls it now waits for what takes its address, or for itself.
        for (Change change : closing) {
            suspend(change.id(), context.getRoute(change.id()));
            rest.await(change.id());
        }
    }

    private void redirect(Endpoint endpoint, Change change) {
        String aside = ASIDE + change.id();
        if (context.getRoute(aside) != null && context.getRouteController().getRouteStatus(aside) == ServiceStatus.Started) {
            redirected.put(endpoint, change);
            direct.redirect(endpoint, (DirectConsumer) context.getRoute(aside).getConsumer());
        }
    }

    private void suspend(String id, Route route) {
        suspended.put(id, route);
        ServiceHelper.suspendService(route.getConsumer());
    }

    /** Nothing has been exchanged. */
    private void takeBack() {
        redirected.keySet().forEach(direct::takeBack);
        suspended.forEach((id, route) -> attempt("resume " + id, () -> ServiceHelper.resumeService(route.getConsumer())));
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
        } catch (Throwable e) {
            throw new RouteFailedException(change.id(), e);
        }
    }

    /** Its routes go with it; those who use it make new ones. */
    private void replace(String kamelet, String text) throws Exception {
        kameletRoutes.remove(kamelet);
        if (text != null) {
            read(kamelet + ".kamelet.yaml", text).addRoutesToCamelContext(context);
        }
    }

    /** The stand-ins of what was exchanged take the calls until that is done. */
    private void putBack(Exception cause) {
        for (Change change : changes) {
            Route route = context.getRoute(change.id());
            if (route != null && !(route.getConsumer() instanceof DirectConsumer)) {
                attempt("suspend " + change.id(), () -> ServiceHelper.suspendService(route.getConsumer()));
            }
        }
        changes.forEach(change -> rest.comes(change.id()));
        changes.forEach(change -> attempt("remove " + change.id(), () -> remove(change.id())));
        kamelets.forEach((name, kamelet) -> attempt("put back " + name, () -> replace(name, kamelet.old())));
        for (Change change : changes) {
            if (change.old() != null) {
                Throwable unable = attempt("put back " + change.id(),
                        () -> replace(new Change(change.id(), null, change.old())));
                if (unable != null) {
                    cause.addSuppressed(unable);
                }
            }
        }
        // A new one is better than none.
        redirected.forEach((endpoint, change) -> {
            if (change.old() == null || context.getRoute(change.id()) != null) {
                direct.takeBack(endpoint);
            }
        });
        if (cause.getSuppressed().length == 0) {
            clear();
        }
    }

    /** Something that must not keep the next one from being done. */
    interface Step {
        void go() throws Exception;
    }

    /** @return what it failed with, or null */
    static Throwable attempt(String what, Step step) {
        try {
            step.go();
            return null;
        } catch (Throwable e) {
            LOG.warnf(e, "event=routes-reload-step-failed step=\"%s\"", what);
            return e;
        }
    }

    /** The stand-ins. One that has much to do stays for that, and goes at the next reload. */
    private void clear() {
        boolean all = true;
        for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
            String id = route.getRouteId();
            if (isAside(id) && !Boolean.TRUE.equals(route.isCreatedFromTemplate())) {
                all &= !direct.isStandIn(context.getRoute(id)) && rest.comes(id)
                        && attempt("remove " + id, () -> remove(id)) == null;
            }
        }
        if (all) {
            for (RouteTemplateDefinition template : List.copyOf(context.getRouteTemplateDefinitions())) {
                if (isAside(template.getId())) {
                    attempt("remove " + template.getId(), () -> kameletRoutes.remove(template.getId()));
                }
            }
            // Of a kamelet that failed halfway there is no endpoint.
            for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
                if (isAside(route.getRouteId())) {
                    attempt("remove " + route.getRouteId(), () -> remove(route.getRouteId()));
                }
            }
            kameletRoutes.removeUnused();
        }
    }

    private void remove(String id) throws Exception {
        remove(context, id);
    }

    static void remove(ModelCamelContext context, String id) throws Exception {
        RouteDefinition definition = context.getRouteDefinition(id);
        if (definition != null) {
            context.removeRouteDefinition(definition);
        }
    }

    private RouteBuilder read(String name, String text) throws Exception {
        return (RouteBuilder) PluginHelper.getRoutesLoader(context).findRoutesBuilders(ResourceHelper.fromString(name, text))
                .iterator().next();
    }

    static boolean isAside(String route) {
        return route.startsWith(ASIDE);
    }
}
