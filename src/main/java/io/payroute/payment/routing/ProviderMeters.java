package io.payroute.payment.routing;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Roles;
import io.quarkus.runtime.StartupEvent;

/** What an operator watches of the providers: who is left alone, and how often another took over, and why. */
@ApplicationScoped
public class ProviderMeters {

    /** Why another provider takes over: an outcome's word, or the breaker. */
    private static final List<String> FAILOVERS = List.of("not_done", "declined_softly", "breaker_open");

    private final MeterRegistry registry;

    public ProviderMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A gauge for each provider that the rules name, there before its first call. */
    void start(@Observes StartupEvent start, Roles roles, ProviderRules rules, ProviderBreakers breakers) {
        if (roles.isActive(PaymentRole.NAME)) {
            FAILOVERS.forEach(reason -> registry.counter("payroute.provider.failovers", "reason", reason));
            rules.providers().forEach(provider -> Gauge
                    .builder("payroute.provider.breaker", () -> breakers.openness(provider))
                    .description("0 closed, 0.5 half open, 1 open").tag("provider", provider).register(registry));
        }
    }

    /** @param reason a word from a small set */
    public void failedOver(String reason, int charges) {
        registry.counter("payroute.provider.failovers", "reason", reason).increment(charges);
    }
}
