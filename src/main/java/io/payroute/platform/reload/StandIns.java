package io.payroute.platform.reload;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteBuilderLifecycleStrategy;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicy;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.RoutePolicySupport;

import io.payroute.platform.reload.RouteSwap.Change;
import io.payroute.platform.reload.RouteSwap.Kamelet;
import io.payroute.platform.route.StandInIds;

/**
 * The new routes aside, with the steps that they will have and a beginning of their own, {@code direct:reload-<id>}: they show what only
 * a start shows, and take the calls until the routes themselves are in place.
 */
final class StandIns {

    private final ModelCamelContext context;
    private final SwappableDirectComponent direct;
    private final RoutesAtRest rest;
    private final KameletRoutes kameletRoutes;
    private final Map<String, Kamelet> kamelets;
    /** The address with which each new route begins, where that is one of {@code direct:}. */
    private final Map<String, Endpoint> begins = new LinkedHashMap<>();
    private final Map<Endpoint, Change> redirected = new LinkedHashMap<>();

    /** @param kamelets that are made anew, by name; a stand-in gets a copy */
    StandIns(ModelCamelContext context, SwappableDirectComponent direct, RoutesAtRest rest, KameletRoutes kameletRoutes,
            Map<String, Kamelet> kamelets) {
        this.context = context;
        this.direct = direct;
        this.rest = rest;
        this.kameletRoutes = kameletRoutes;
        this.kamelets = kamelets;
    }

    /** Those of an earlier reload that still have work. */
    List<String> left() {
        return context.getRouteDefinitions().stream().map(RouteDefinition::getRouteId).filter(StandInIds::isOne)
                .map(StandInIds::own).toList();
    }

    /** Null when the route is removed, or its precondition does not hold. */
    Route of(Change change) {
        return context.getRoute(StandInIds.of(change.id()));
    }

    void start(Change change) throws Exception {
        if (change.text() == null) {
            return;
        }
        for (Map.Entry<String, Kamelet> kamelet : kamelets.entrySet()) {
            String aside = StandInIds.of(kamelet.getKey());
            if (kamelet.getValue().text() != null && context.getRouteTemplateDefinition(aside) == null) {
                RouteBuilder template = read(context, aside + ".kamelet.yaml", kamelet.getValue().text());
                afterReading(template, read -> read.getRouteTemplateCollection().getRouteTemplates()
                        .forEach(one -> one.setId(aside)));
                template.addRoutesToCamelContext(context);
            }
        }
        String text = change.text();
        for (String name : kamelets.keySet()) {
            text = KameletRoutes.uses(name).matcher(text).replaceAll("$1" + StandInIds.of(name));
        }
        String aside = StandInIds.of(change.id());
        RouteBuilder builder = read(context, aside + ".camel.yaml", text);
        List<String> from = new ArrayList<>();
        afterReading(builder, read -> read.getRouteCollection().getRoutes().forEach(route -> {
            from.add(route.getInput().getEndpointUri());
            setAside(change, route, aside);
        }));
        builder.addRoutesToCamelContext(context);
        requireStarted(context, aside);
        if (of(change) != null && from.get(0).startsWith("kafka:")) {
            Route running = context.getRoute(change.id());
            KafkaStart.require(running == null ? null : running.getEndpoint(), context.getEndpoint(from.get(0)));
        }
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
    static void requireStarted(ModelCamelContext context, String id) {
        RouteDefinition route = context.getRouteDefinition(id);
        if (route != null && !"false".equals(context.resolvePropertyPlaceholders(String.valueOf(route.getAutoStartup())))
                && context.getRouteController().getRouteStatus(id) != ServiceStatus.Started) {
            throw new IllegalStateException("It did not start.");
        }
    }

    /** Has it take the calls of the new route's address; also of one that is added, since another stand-in may call it. */
    void takeCalls(Change change) {
        if (begins.containsKey(change.id())) {
            takeCalls(change, begins.get(change.id()));
        }
    }

    void takeCalls(Change change, Endpoint endpoint) {
        Route aside = of(change);
        if (aside != null && context.getRouteController().getRouteStatus(aside.getId()) == ServiceStatus.Started) {
            redirected.put(endpoint, change);
            direct.redirect(endpoint, (DirectConsumer) aside.getConsumer());
        }
    }

    void giveBackCalls() {
        redirected.keySet().forEach(direct::takeBack);
    }

    /** Where there is none that could take them, the stand-in goes on: a new route is better than none. */
    void giveBackCallsOfThoseThatRun() {
        redirected.forEach((endpoint, change) -> {
            if (change.old() == null || context.getRoute(change.id()) != null) {
                direct.takeBack(endpoint);
            }
        });
    }

    /** Removes them. One that has much to do stays for that, and goes at the next reload. */
    void clear() {
        boolean all = true;
        for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
            String id = route.getRouteId();
            if (StandInIds.isOne(id) && !Boolean.TRUE.equals(route.isCreatedFromTemplate())) {
                all &= !direct.isStandIn(context.getRoute(id)) && rest.comes(id)
                        && RouteSwap.attempt("remove " + id, () -> remove(id)) == null;
            }
        }
        if (all) {
            for (RouteTemplateDefinition template : List.copyOf(context.getRouteTemplateDefinitions())) {
                if (StandInIds.isOne(template.getId())) {
                    RouteSwap.attempt("remove " + template.getId(), () -> kameletRoutes.remove(template.getId()));
                }
            }
            // Of a kamelet that failed halfway there is no endpoint.
            for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
                if (StandInIds.isOne(route.getRouteId())) {
                    RouteSwap.attempt("remove " + route.getRouteId(), () -> remove(route.getRouteId()));
                }
            }
            kameletRoutes.removeUnused();
        }
    }

    /**
     * It counts under its route's name: what is measured there must not go with it. Nothing is taken out of the list, since an exchange
     * that has just ended may still go through it.
     */
    private void remove(String id) throws Exception {
        Route route = context.getRoute(id);
        List<RoutePolicy> policies = route == null || route.getRoutePolicyList() == null
                ? List.of()
                : route.getRoutePolicyList();
        for (int i = 0; i < policies.size(); i++) {
            if (policies.get(i) instanceof MicrometerRoutePolicy) {
                policies.set(i, new RoutePolicySupport() {
                });
            }
        }
        RouteSwap.remove(context, id);
    }

    static RouteBuilder read(ModelCamelContext context, String name, String text) throws Exception {
        return (RouteBuilder) PluginHelper.getRoutesLoader(context).findRoutesBuilders(ResourceHelper.fromString(name, text))
                .iterator().next();
    }
}
