package io.payroute.platform.reload;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.apache.camel.Endpoint;
import org.apache.camel.EndpointAware;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.service.ServiceHelper;

/**
 * The routes that Camel makes of kamelets, one for each endpoint. It leaves them when the last user of the endpoint goes; here they go
 * with him, and one that is still used stays.
 */
final class KameletRoutes {

    private final ModelCamelContext context;
    private final Set<KameletEndpoint> remembered = new HashSet<>();

    KameletRoutes(ModelCamelContext context) {
        this.context = context;
    }

    /** Those of a route that may go. */
    void remember(Route route) {
        remembered.addAll(of(route));
    }

    private static Set<KameletEndpoint> of(Route route) {
        return route.getServices().stream().flatMap(service -> ServiceHelper.getChildServices(service).stream())
                .filter(EndpointAware.class::isInstance).map(service -> ((EndpointAware) service).getEndpoint())
                .filter(KameletEndpoint.class::isInstance).map(KameletEndpoint.class::cast).collect(Collectors.toSet());
    }

    /** Of those that are remembered. */
    void removeUnused() {
        Set<KameletEndpoint> used = context.getRoutes().stream().flatMap(route -> of(route).stream())
                .collect(Collectors.toSet());
        removeIf(endpoint -> remembered.contains(endpoint) && !used.contains(endpoint));
    }

    /** Whoever uses it makes new ones. */
    void remove(String kamelet) throws Exception {
        removeIf(endpoint -> kamelet.equals(endpoint.getTemplateId()));
        if (context.getRouteTemplateDefinition(kamelet) != null) {
            context.removeRouteTemplateDefinitions(kamelet);
        }
    }

    void removeIf(Predicate<KameletEndpoint> which) {
        Set<Endpoint> all = new HashSet<>(context.getEndpoints());
        // Camel may have forgotten the endpoint, but not what it had made of it.
        all.addAll(remembered);
        for (Endpoint endpoint : all) {
            if (endpoint instanceof KameletEndpoint kamelet && which.test(kamelet)) {
                RouteSwap.attempt("remove " + kamelet.getRouteId(), () -> {
                    RouteSwap.remove(context, kamelet.getRouteId());
                    context.removeEndpoint(kamelet);
                });
            }
        }
    }

    /** As an endpoint, or as the step of that name; what stands in front of the kamelet's name is group 1. */
    static Pattern uses(String kamelet) {
        return Pattern.compile("(kamelet:(?://|\\s*\\{?(?:\\s*(?!-)[A-Za-z]+:[^\\n,{}]*[\\n,])*?\\s*name:\\s*[\"']?)?)"
                + Pattern.quote(kamelet) + "(?![A-Za-z0-9_-])");
    }
}
