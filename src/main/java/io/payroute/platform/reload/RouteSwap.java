package io.payroute.platform.reload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
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

    private static final Logger LOG = Logger.getLogger(RouteSwap.class);

    private final ModelCamelContext context;
    private final RoutesAtRest rest;
    private final KameletRoutes kameletRoutes;
    private final StandIns standIns;
    private final List<Change> changes;
    /** The kamelets that only these routes use, by name with their new text; these are made anew. */
    private final Map<String, Kamelet> kamelets;
    private final Verification verification;
    private final Map<String, Route> suspended = new LinkedHashMap<>();

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
        this.rest = new RoutesAtRest(context, direct, patience);
        this.kameletRoutes = new KameletRoutes(this.context);
        this.standIns = new StandIns(this.context, direct, rest, kameletRoutes, kamelets);
        this.changes = changes;
        this.kamelets = kamelets;
        this.verification = verification;
    }

    /**
     * All of it or nothing: what ran before runs again when this throws.
     *
     * @throws TimeoutException when a route has work that does not end; nothing was touched
     */
    void run() throws Exception {
        standIns.clear();
        List<String> left = standIns.left();
        if (!left.isEmpty()) {
            throw new TimeoutException("What came to " + String.join(", ", left)
                    + " during the last reload is still under way; wait for it, or restart this process.");
        }
        Set<Endpoint> before = Set.copyOf(context.getEndpoints());
        changes.stream().map(change -> context.getRoute(change.id())).filter(Objects::nonNull)
                .forEach(kameletRoutes::remember);
        try {
            for (Change change : changes) {
                try {
                    standIns.start(change);
                } catch (Throwable e) {
                    throw new RouteFailedException(change.id(), e);
                }
            }
            handOver();
        } catch (Throwable e) {
            takeBack();
            standIns.clear();
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
        standIns.giveBackCalls();
        standIns.clear();
    }

    /** A class that cannot be loaded is an Error; what ran must be put back after that, too. */
    private static Exception asException(Throwable failure) {
        return failure instanceof Exception exception ? exception : new IllegalStateException(failure);
    }

    private void handOver() throws Exception {
        changes.forEach(standIns::takeCalls);
        List<Change> closing = new ArrayList<>();
        for (Change change : changes) {
            Route route = change.old() == null ? null : context.getRoute(change.id());
            if (route == null) {
                continue;
            }
            if (!(route.getConsumer() instanceof DirectConsumer)) {
                suspend(change.id(), route);
            } else if (standIns.of(change) != null) {
                standIns.takeCalls(change, route.getEndpoint());
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

    private void suspend(String id, Route route) {
        suspended.put(id, route);
        ServiceHelper.suspendService(route.getConsumer());
    }

    /** Nothing has been exchanged. */
    private void takeBack() {
        standIns.giveBackCalls();
        suspended.forEach((id, route) -> attempt("resume " + id, () -> ServiceHelper.resumeService(route.getConsumer())));
    }

    private void exchange() throws Exception {
        for (Change change : changes) {
            if (change.text() == null) {
                remove(context, change.id());
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
                remove(context, change.id());
            }
            StandIns.read(context, change.id() + ".camel.yaml", change.text()).addRoutesToCamelContext(context);
            StandIns.requireStarted(context, change.id());
        } catch (Throwable e) {
            throw new RouteFailedException(change.id(), e);
        }
    }

    /** Its routes go with it; those who use it make new ones. */
    private void replace(String kamelet, String text) throws Exception {
        kameletRoutes.remove(kamelet);
        if (text != null) {
            StandIns.read(context, kamelet + ".kamelet.yaml", text).addRoutesToCamelContext(context);
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
        changes.forEach(change -> attempt("remove " + change.id(), () -> remove(context, change.id())));
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
        standIns.giveBackCallsOfThoseThatRun();
        if (cause.getSuppressed().length == 0) {
            standIns.clear();
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

    static void remove(ModelCamelContext context, String id) throws Exception {
        RouteDefinition definition = context.getRouteDefinition(id);
        if (definition != null) {
            context.removeRouteDefinition(definition);
        }
    }
}
