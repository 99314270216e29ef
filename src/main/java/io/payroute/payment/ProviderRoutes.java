package io.payroute.payment;

import java.util.Set;
import java.util.TreeSet;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;

import io.payroute.http.ProblemException;

/**
 * Knows the providers there are: each has a route {@code provider-<name>}, and nothing else makes one. (A route
 * {@code provider-<name>-events} reads its events.)
 */
@ApplicationScoped
class ProviderRoutes {

    private static final String PREFIX = "provider-";
    private static final String EVENTS = "-events";

    private final CamelContext camel;

    ProviderRoutes(CamelContext camel) {
        this.camel = camel;
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Route route : camel.getRoutes()) {
            if (route.getId().startsWith(PREFIX) && !route.getId().endsWith(EVENTS)) {
                names.add(route.getId().substring(PREFIX.length()));
            }
        }
        return names;
    }

    /**
     * @param provider that a caller asked for, or null
     * @return the same
     * @throws ProblemException 422 when there is no such provider
     */
    String known(String provider) {
        if (provider != null && !names().contains(provider)) {
            throw ProblemException.validation("provider", "unknown_provider",
                    "There is no such provider; known are " + names() + ".");
        }
        return provider;
    }
}
