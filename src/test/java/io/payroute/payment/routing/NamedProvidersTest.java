package io.payroute.payment.routing;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.payroute.payment.provider.ProviderNeeds;
import io.payroute.testing.Beans;

import static org.assertj.core.api.Assertions.assertThat;

class NamedProvidersTest {

    private final NamedProviders routes = new NamedProviders(
            new ProviderRules("rules.yaml", "rules: [{name: cards, when: {methods: [card]}, providers: [a, b]}]", "b"),
            Beans.of(new Needs("a", Optional.empty()), new Needs("b", Optional.of("b.key is missing. Set B_KEY")),
                    new Needs("c", Optional.of("c.key is missing"))));

    private record Needs(String provider, Optional<String> what) implements ProviderNeeds {
        @Override
        public Optional<String> missing(String name) {
            return name.equals(provider) ? what : Optional.empty();
        }
    }

    @Test
    void shouldNameEveryProviderWithoutARouteAndWhereItIsNamed() {
        // When
        List<String> missing = routes.missing(Set.of("payment-charge", "provider-sandbox"));

        // Then
        assertThat(missing).containsExactly(
                "Provider 'a' is named by rule 'cards' of rules.yaml, but there is no route 'provider-a': add that route, or "
                        + "name a provider that has one.",
                "Provider 'b' is named by rule 'cards' of rules.yaml and payment.provider.default, but there is no route "
                        + "'provider-b': add that route, or name a provider that has one.",
                "b.key is missing. Set B_KEY; or name another provider than 'b', which is named by rule 'cards' of rules.yaml "
                        + "and payment.provider.default.");
    }

    @Test
    void shouldAcceptProvidersWithRoutesAndSettings() {
        // Given
        NamedProviders complete = new NamedProviders(new ProviderRules("rules.yaml",
                "rules: [{name: cards, when: {methods: [card]}, providers: [a, b]}]", "b"), Beans.of());

        // When
        List<String> missing = complete.missing(Set.of("provider-a", "provider-b"));

        // Then
        assertThat(missing).isEmpty();
    }
}
