package io.payroute.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.CamelEvent.CamelContextInitializedEvent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.quarkus.arc.Unremovable;

/** Stops the start when a route breaks one of the {@link RouteRules}, or when a role is on and has no routes. */
@ApplicationScoped
@Unremovable
public class RouteGuard extends LifecycleStrategySupport {

    private final Roles roles;
    private final String defaultProvider;

    RouteGuard(Roles roles, @ConfigProperty(name = "payment.provider.default") String defaultProvider) {
        this.roles = roles;
        this.defaultProvider = defaultProvider;
    }

    /** Camel does not look for beans of this kind by itself here. */
    void register(@Observes CamelContextInitializedEvent initialized) {
        initialized.getContext().addLifecycleStrategy(this);
    }

    @Override
    public void onContextStarting(CamelContext context) throws VetoCamelContextStartException {
        ModelCamelContext model = (ModelCamelContext) context;
        List<RouteDefinition> routes = model.getRouteDefinitions();
        List<String> configurations = model.getRouteConfigurationDefinitions().stream()
                .map(RouteConfigurationDefinition::getId).sorted().toList();
        List<String> broken = new ArrayList<>(RouteRules.broken(routes, Roles.ALL, configurations));
        for (String role : roles.active()) {
            if (routes.stream().noneMatch(route -> role.equals(route.getGroup()))) {
                broken.add("Role '" + role + "' is on but has no routes: add routes with this group, or set ROLE_"
                        + role.toUpperCase() + "=false.");
            }
        }
        String provider = "provider-" + defaultProvider;
        if (roles.isActive(Roles.PAYMENT) && routes.stream().noneMatch(route -> provider.equals(route.getRouteId()))) {
            broken.add("payment.provider.default is '" + defaultProvider + "', but there is no route '" + provider
                    + "': add that route, or name a provider that has one.");
        }
        if (!broken.isEmpty()) {
            throw new VetoCamelContextStartException(
                    broken.stream().collect(Collectors.joining("\n  ", "The routes break these rules:\n  ", "")), context,
                    true);
        }
    }
}
