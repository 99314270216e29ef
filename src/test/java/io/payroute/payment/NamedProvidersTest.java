package io.payroute.payment;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NamedProvidersTest {

    private final NamedProviders routes = new NamedProviders(
            new ProviderRules("rules.yaml", "rules: [{name: cards, when: {methods: [card]}, providers: [a, b]}]", "b"));

    @Test
    void shouldNameEveryProviderWithoutARouteAndWhereItIsNamed() {
        // When
        List<String> missing = routes.missing(Set.of("payment-charge", "provider-sandbox"));

        // Then
        assertThat(missing).containsExactly(
                "Provider 'a' is named by rule 'cards' of rules.yaml, but there is no route 'provider-a': add that route, or "
                        + "name a provider that has one.",
                "Provider 'b' is named by rule 'cards' of rules.yaml and payment.provider.default, but there is no route "
                        + "'provider-b': add that route, or name a provider that has one.");
    }

    @Test
    void shouldAcceptProvidersWithRoutes() {
        // When
        List<String> missing = routes.missing(Set.of("provider-a", "provider-b"));

        // Then
        assertThat(missing).isEmpty();
    }
}
