package io.payroute.platform.route;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.StopDefinition;
import org.apache.camel.model.TryDefinition;

/**
 * What {@link RouteRules} look at in a route when they hold another one to it: whoever adds to what they look at there, adds it
 * here.
 *
 * @param targets what it calls, as it is written
 * @param hooks what it calls as a hook
 */
public record RouteOutline(String id, String from, String group, String configuration, Set<String> targets, Set<String> hooks,
        boolean stops) {

    public static RouteOutline of(RouteDefinition route) {
        return new RouteOutline(route.getRouteId(), route.getEndpointUrl(), route.getGroup(), route.getRouteConfigurationId(),
                RouteRules.targets(route).map(RouteRules::inside).filter(Objects::nonNull)
                        .collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(RouteRules.calledHooks(List.of(route))),
                !ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), StopDefinition.class).isEmpty());
    }

    /** One that cannot be told from the route by whoever looks at these alone. */
    public RouteDefinition definition() {
        RouteDefinition route = new RouteDefinition(from);
        route.routeId(id).setGroup(group);
        route.setRouteConfigurationId(configuration);
        targets.forEach(route::to);
        for (String hook : hooks) {
            TryDefinition called = route.doTry();
            called.to(hook);
            called.doCatch(Exception.class).bean(RouteRules.HOOK_FAILURE, RouteRules.HOOK_KEEP).endDoTry();
            called.end();
        }
        if (stops) {
            route.stop();
        }
        return route;
    }
}
