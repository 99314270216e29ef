package io.payroute.payment.dryrun;

import java.util.ArrayList;
import java.util.List;

import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.ProviderRule;
import io.payroute.payment.provider.ProviderNeeds;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial.Said;

/** Says which rule chooses for a payment, and of each provider in turn why it would be charged, or passed over. */
final class Candidates {

    private static final String OTHERWISE = " was provably not charged: it could not be reached, declined softly, or its breaker is open";

    private final DryRoutes routes;
    private final ProviderRules rules;

    Candidates(DryRoutes routes, ProviderRules rules) {
        this.routes = routes;
        this.rules = rules;
    }

    List<Said> of(PaymentInstruction payment, ProviderRules.Choice choice) {
        List<Said> said = new ArrayList<>();
        if (choice.rule() == null) {
            said.add(Said.of("rule", "none: the caller names the provider, and no other takes over"));
        } else {
            for (ProviderRule rule : rules.passedOver(payment)) {
                said.add(Said.of("passed over", String.join(", ", rule.order(payment.paymentId())) + " of rule " + rule.name()
                        + ": " + rule.against(payment.money(), payment.method())));
            }
            said.add(Said.of("rule", choice.rule()));
        }
        String before = null;
        for (String provider : rules.chain(choice.rule(), payment.paymentId(), choice.provider())) {
            String when = before == null ? "" : ", when " + before + OTHERWISE;
            if (routes.ids().contains("provider-" + provider)) {
                said.add(Said.of("provider", provider + when + key(provider)));
                before = provider;
            } else {
                said.add(Said.bad("provider", provider + ": passed over, there is no route provider-" + provider
                        + ", without which nothing starts"));
            }
        }
        return said;
    }

    /** Secrets are seldom there where a dry run is. */
    private String key(String provider) {
        String key = ProviderNeeds.apiKey(provider);
        return provider.equals("sandbox") || routes.isSet(key) ? "" : "; " + key + " is not set here";
    }
}
