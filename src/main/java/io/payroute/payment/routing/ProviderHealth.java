package io.payroute.payment.routing;

import java.util.Map;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.routing.ProviderBreakers.Trouble;
import io.payroute.platform.Roles;
import io.payroute.platform.health.HealthHandler;
import io.payroute.platform.page.CheckAdvice;
import io.quarkus.arc.Unremovable;
import io.vertx.core.json.JsonObject;

/**
 * Tells that a provider does not answer, and why. It never makes the process unready: payments are accepted and wait, and a restart
 * cures no provider.
 */
@Readiness
@ApplicationScoped
class ProviderHealth implements HealthCheck, HealthHandler.Part {

    private static final String NAME = "providers";

    private final ProviderBreakers breakers;
    private final ProviderRules rules;
    private final Roles roles;

    ProviderHealth(ProviderBreakers breakers, ProviderRules rules, Roles roles) {
        this.breakers = breakers;
        this.rules = rules;
        this.roles = roles;
    }

    @Produces
    @Unremovable
    CheckAdvice advice() {
        return new CheckAdvice(NAME,
                "Payments are accepted. What was not sent goes to the next provider of its rule, or waits; "
                        + "what was sent and not answered is asked about until the provider answers. Nothing is charged twice. Ask the "
                        + "provider, or send its payments elsewhere by provider-rules.yaml: docs/operations.md, \"A provider is down\".",
                CheckAdvice.link("Payments without an answer", "/ops/payments?status=unknown"),
                CheckAdvice.link("Payments that wait to be sent", "/ops/payments?status=pending"),
                CheckAdvice.link("Payments under way", "/ops/payments?status=processing"));
    }

    @Override
    public HealthCheckResponse call() {
        return roles.isActive(PaymentRole.NAME)
                ? check(breakers.troubles(), rules.providers())
                : HealthCheckResponse.up(NAME);
    }

    static HealthCheckResponse check(Map<String, Trouble> troubles, Set<String> providers) {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(NAME).up();
        providers.forEach(provider -> response.withData(provider, "ok"));
        troubles.forEach((provider, trouble) -> response.withData(provider, words(trouble)));
        return (troubles.isEmpty() ? response : response.withData(HealthHandler.DEGRADED, true)).build();
    }

    @Override
    public void addTo(JsonObject health) {
        JsonObject troubles = new JsonObject();
        breakers.troubles().forEach((provider, trouble) -> {
            JsonObject json = new JsonObject().put("failures", trouble.failures()).put("breaker",
                    trouble.open() ? "open" : "not open");
            troubles.put(provider, trouble.cause() == null
                    ? json
                    : json.put("cause", trouble.cause()).put("since", trouble.since().toString()));
        });
        HealthHandler.degrade(health, NAME, troubles);
    }

    private static String words(Trouble trouble) {
        String calls = trouble.cause() == null
                ? "too many of its latest calls failed"
                : trouble.failures() + " calls in a row failed since " + trouble.since() + ", the last one: " + trouble.cause();
        return "does not answer: " + calls + (trouble.open() ? "; nothing is sent to it for now (breaker open)" : "");
    }
}
