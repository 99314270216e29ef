package io.payroute.platform.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.quarkus.main.events.BeforeInitialize;
import org.apache.camel.support.LifecycleStrategySupport;

import io.payroute.platform.Roles;
import io.payroute.platform.work.WorkQueues;
import io.quarkus.arc.Unremovable;

/**
 * Stops the start when a route breaks one of the {@link RouteRules}, when a role is on and has no routes, none that publishes
 * its events or none from one of its queues, or when a role misses one that its configuration names.
 */
@ApplicationScoped
@Unremovable
public class RouteGuard extends LifecycleStrategySupport {

    /** What a role's configuration requires of the routes. */
    public interface Needs {
        String role();

        /** @return one sentence with a remedy for each route that is missing */
        List<String> missing(Set<String> routeIds);
    }

    private final Roles roles;
    private final Instance<Needs> needs;
    private final Instance<QueueSteps> steps;
    private final WorkQueues queues;

    RouteGuard(Roles roles, @Any Instance<Needs> needs, @Any Instance<QueueSteps> steps, WorkQueues queues) {
        this.roles = roles;
        this.needs = needs;
        this.steps = steps;
        this.queues = queues;
    }

    /** An event of Camel itself would do, but whoever observes one is called for every exchange. */
    void register(@Observes BeforeInitialize starting) {
        starting.getCamelContext().addLifecycleStrategy(this);
    }

    @Override
    public void onContextStarting(CamelContext context) throws VetoCamelContextStartException {
        List<String> broken = broken(context, route -> true);
        if (!broken.isEmpty()) {
            throw new VetoCamelContextStartException(
                    broken.stream().collect(Collectors.joining("\n  ", "The routes break these rules:\n  ", "")), context,
                    true);
        }
    }

    /**
     * @param counting the routes that are looked at
     * @return one sentence for each rule that they break
     */
    public List<String> broken(CamelContext context, Predicate<RouteDefinition> counting) {
        ModelCamelContext model = (ModelCamelContext) context;
        List<RouteDefinition> routes = model.getRouteDefinitions().stream().filter(counting).toList();
        List<String> configurations = model.getRouteConfigurationDefinitions().stream()
                .map(RouteConfigurationDefinition::getId).sorted().toList();
        List<String> broken = new ArrayList<>(RouteRules.broken(routes, Roles.ALL, configurations, steps.stream().toList()));
        broken.addAll(RouteRules.missing(routes, roles.active(), roles.withDatabase()));
        for (String role : roles.active()) {
            queues.of(role).keySet().stream()
                    .filter(queue -> routes.stream().noneMatch(route -> queue.equals(RouteRules.queue(route))))
                    .forEach(queue -> broken
                            .add("Queue '" + queue + "' of role '" + role + "' is emptied by no route, and would "
                                    + "fill silently: put back the route from work:" + queue + "."));
        }
        Set<String> ids = routes.stream().filter(route -> !RouteRules.isKamelet(route)).map(RouteDefinition::getRouteId)
                .collect(Collectors.toSet());
        needs.stream().filter(need -> roles.isActive(need.role())).forEach(need -> broken.addAll(need.missing(ids)));
        return broken;
    }
}
