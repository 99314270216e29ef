package io.payroute.payment.charge;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.payment.routing.ProviderTries;

/**
 * Chooses the provider that goes on with a charge when another cannot. It never does while any call of the payment is, or was,
 * without an answer: two companies do not know of each other's charges, and no key would stop the second one.
 */
@ApplicationScoped
public class ProviderFailover {

    private final ProviderRules rules;
    private final ProviderBreakers breakers;

    /** @param now false when every provider had its turn, so that a pause comes first */
    record Next(String provider, boolean now) {
    }

    public ProviderFailover(ProviderRules rules, ProviderBreakers breakers) {
        this.rules = rules;
        this.breakers = breakers;
    }

    /**
     * After an answer: a request that provably was not sent, or a soft decline.
     *
     * @param maxAttempts after which only a provider that was never called is still tried
     * @return nothing when the payment stays with its provider
     */
    Optional<Next> after(ChargeTask task, ProviderOutcome outcome, int maxAttempts) {
        boolean answered = !task.statusQuery() && task.queries() == 0;
        boolean soft = outcome instanceof ProviderOutcome.Declined declined && declined.soft();
        if (!answered || !soft && !(outcome instanceof ProviderOutcome.NotDone)) {
            return Optional.empty();
        }
        String current = task.payment().provider();
        ProviderTries tries = task.tries().plus(current, outcome);
        List<String> left = left(rules.chain(task.rule(), task.payment().id(), current), tries);
        List<String> closed = without(left, breakers.open());
        return least(closed.isEmpty() ? left : closed, tries).filter(best -> !best.equals(current))
                .filter(best -> tries.of(best) == 0 || task.attempts() < maxAttempts)
                .map(best -> new Next(best, tries.of(best) < tries.of(current)));
    }

    /**
     * While a provider's breaker is open, for a charge that was not sent to anybody who did not answer.
     *
     * @return nothing when the charge is to wait; so it is, too, when the others were called more often already, or it would go
     *         to and fro between providers without a pause
     */
    Optional<String> around(String current, List<String> chain, ProviderTries tries, Collection<String> open) {
        return least(without(left(chain, tries), open), tries).filter(best -> tries.of(best) <= tries.of(current));
    }

    private static List<String> left(List<String> chain, ProviderTries tries) {
        return chain.stream().filter(provider -> !tries.declined().contains(provider)).toList();
    }

    private static List<String> without(List<String> providers, Collection<String> others) {
        return providers.stream().filter(provider -> !others.contains(provider)).toList();
    }

    /** Whoever was called least; the first in the order of the chain among equals. */
    private static Optional<String> least(List<String> providers, ProviderTries tries) {
        return providers.stream().min(Comparator.comparingInt(tries::of));
    }
}
