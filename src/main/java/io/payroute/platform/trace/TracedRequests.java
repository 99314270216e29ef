package io.payroute.platform.trace;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/** Takes the trace of an HTTP request over from the edge, before the route's first step strips all headers. */
final class TracedRequests extends RoutePolicySupport implements RoutePolicyFactory {

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return route instanceof RouteDefinition definition && definition.getEndpointUrl().startsWith("platform-http:")
                ? this
                : null;
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        TraceContext trace = TraceContext.parse(exchange.getMessage().getHeader(TraceContext.INSIDE, String.class));
        if (trace != null) {
            trace.set(exchange);
        }
    }
}
