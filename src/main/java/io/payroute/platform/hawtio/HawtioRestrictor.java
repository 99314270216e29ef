package io.payroute.platform.hawtio;

import java.util.Set;

import javax.management.ObjectName;

import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;

/**
 * What the console may do: read what Camel tells of itself and its routes, and start, stop, suspend, resume and draw routes. What
 * is not named here is refused, and other objects are not even listed: over JMX one could otherwise send messages past the edge,
 * read settings and memory, or change what runs.
 */
final class HawtioRestrictor implements Restrictor {

    /** Draws routes as their files have them, with the names of keys and not their values; counts, for the drawing. */
    static final Set<String> CHANGES_NOTHING = Set.of("dumpRouteAsXml()", "dumpRoutesAsXml()", "dumpRouteStatsAsXml()",
            "dumpRouteStatsAsXml", "dumpRoutesStatsAsXml");

    private static final String CAMEL = "org.apache.camel";
    private static final String ROUTES = "routes";
    private static final String CONTEXT = "context";
    private static final Set<String> VALVE = Set.of("start()", "stop()", "suspend()", "resume()");
    /** Addresses with their keys filled in, variables, and what a failure said: among them may be secrets. */
    private static final Set<String> HIDDEN_ATTRIBUTES = Set.of("EndpointUri", "RouteProperties", "GlobalOptions",
            "LastError");

    @Override
    public boolean isHttpMethodAllowed(HttpMethod method) {
        return method == HttpMethod.POST;
    }

    /** Those that come here ({@link HawtioJolokia}). Some that Jolokia would take are not asked about. */
    @Override
    public boolean isTypeAllowed(RequestType type) {
        return type != RequestType.WRITE;
    }

    @Override
    public boolean isAttributeReadAllowed(ObjectName name, String attribute) {
        return !isObjectNameHidden(name) && !HIDDEN_ATTRIBUTES.contains(attribute);
    }

    @Override
    public boolean isAttributeWriteAllowed(ObjectName name, String attribute) {
        return false;
    }

    @Override
    public boolean isOperationAllowed(ObjectName name, String operation) {
        return !isObjectNameHidden(name)
                && (CHANGES_NOTHING.contains(operation) || isType(name, ROUTES) && VALVE.contains(operation));
    }

    /** There is no other way to it than through this process. */
    @Override
    public boolean isRemoteAccessAllowed(String... hosts) {
        return true;
    }

    /** Where a request comes from is checked by the edge. */
    @Override
    public boolean isOriginAllowed(String origin, boolean strict) {
        return true;
    }

    @Override
    public boolean isObjectNameHidden(ObjectName name) {
        return !name.getDomain().equals(CAMEL) || !(isType(name, ROUTES) || isType(name, CONTEXT));
    }

    private static boolean isType(ObjectName name, String type) {
        return type.equals(name.getKeyProperty("type"));
    }
}
