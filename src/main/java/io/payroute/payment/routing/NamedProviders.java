package io.payroute.payment.routing;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.provider.ProviderNeeds;
import io.payroute.platform.route.RouteGuard;
import io.quarkus.arc.Unremovable;

/**
 * A provider that the rules name must have its route and what it needs: a payment that is sent nowhere would stay unanswered for
 * ever.
 */
@ApplicationScoped
@Unremovable
class NamedProviders implements RouteGuard.Needs {

    private final ProviderRules rules;
    private final Instance<ProviderNeeds> needs;

    NamedProviders(ProviderRules rules, Instance<ProviderNeeds> needs) {
        this.rules = rules;
        this.needs = needs;
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public List<String> missing(Set<String> routeIds) {
        Stream<String> routes = rules.providers().stream().filter(provider -> !routeIds.contains("provider-" + provider))
                .map(provider -> "Provider '" + provider + "' is named by " + rules.naming(provider)
                        + ", but there is no route 'provider-" + provider
                        + "': add that route, or name a provider that has one.");
        Stream<String> settings = rules.providers().stream().flatMap(provider -> needs.stream()
                .flatMap(need -> need.missing(provider).stream()).map(what -> what + "; or name another provider than '"
                        + provider + "', which is named by " + rules.naming(provider) + "."));
        return Stream.concat(routes, settings).toList();
    }
}
