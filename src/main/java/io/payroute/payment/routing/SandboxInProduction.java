package io.payroute.payment.routing;

import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.provider.ProviderNeeds;
import io.quarkus.arc.Unremovable;

/** The sandbox completes payments and moves no money: beside real servers it is there only for those who configure it. */
@ApplicationScoped
@Unremovable
class SandboxInProduction implements ProviderNeeds {

    private final ProviderRules rules;
    private final boolean external;

    SandboxInProduction(ProviderRules rules, @ConfigProperty(name = "payroute.mode") String mode) {
        this.rules = rules;
        this.external = mode.equals("external");
    }

    @Override
    public Optional<String> missing(String provider) {
        return external && provider.equals("sandbox") && !rules.providers().contains(provider)
                ? Optional.of("The sandbox is not in use: name it in payment.provider.default or in the rules")
                : Optional.empty();
    }
}
