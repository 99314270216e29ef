package io.payroute.payment.routing;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;

import io.payroute.payment.provider.ProviderNeeds;
import io.payroute.platform.Refusal;

/**
 * Knows the providers there are: each has a route {@code provider-<name>}, and what it needs is configured. (A route
 * {@code provider-<name>-events} reads its events.)
 */
@ApplicationScoped
public class ProviderRoutes {

    private static final String PREFIX = "provider-";
    private static final String EVENTS = "-events";

    private final CamelContext camel;
    private final Iterable<ProviderNeeds> needs;

    @Inject
    public ProviderRoutes(CamelContext camel, Instance<ProviderNeeds> needs) {
        this.camel = camel;
        this.needs = needs;
    }

    /** For providers that need nothing. */
    public ProviderRoutes(CamelContext camel) {
        this.camel = camel;
        this.needs = List.of();
    }

    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Route route : camel.getRoutes()) {
            if (route.getId().startsWith(PREFIX) && !route.getId().endsWith(EVENTS) && !route.isCreatedByKamelet()) {
                names.add(route.getId().substring(PREFIX.length()));
            }
        }
        for (ProviderNeeds need : needs) {
            names.removeIf(name -> need.missing(name).isPresent());
        }
        return names;
    }

    /**
     * @param provider that a caller requested, or null
     * @return the same
     * @throws Refusal 422 when there is no such provider
     */
    public String known(String provider) {
        if (provider != null && !names().contains(provider)) {
            throw Refusal.invalid("provider", "unknown_provider",
                    "There is no such provider; known are " + names() + ".");
        }
        return provider;
    }
}
