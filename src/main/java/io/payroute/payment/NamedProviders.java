package io.payroute.payment;

import java.util.List;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.runtime.Roles;
import io.payroute.runtime.RouteGuard;
import io.quarkus.arc.Unremovable;

/** A provider that the rules name must have its route: a payment that is sent nowhere would stay unanswered for ever. */
@ApplicationScoped
@Unremovable
class NamedProviders implements RouteGuard.Needs {

    private final ProviderRules rules;

    NamedProviders(ProviderRules rules) {
        this.rules = rules;
    }

    @Override
    public String role() {
        return Roles.PAYMENT;
    }

    @Override
    public List<String> missing(Set<String> routeIds) {
        return rules.providers().stream().filter(provider -> !routeIds.contains("provider-" + provider))
                .map(provider -> "Provider '" + provider + "' is named by " + rules.naming(provider)
                        + ", but there is no route 'provider-" + provider
                        + "': add that route, or name a provider that has one.")
                .toList();
    }
}
