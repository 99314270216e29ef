package io.payroute.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;

/**
 * The rules that every route must keep, whoever wrote it: it can be found (id, description, group), it says what happens on
 * failure (an existing route configuration: Camel itself accepts a misspelt one in silence), what it calls is there, and what comes
 * from outside is stripped before anything else (a client's headers would become Camel headers).
 */
public final class RouteRules {

    public static final String SHARED = "shared";

    private RouteRules() {
    }

    /**
     * @param groups role names that a route may belong to, beside {@value #SHARED}
     * @param configurations ids of the route configurations there are
     * @return one sentence for each broken rule
     */
    public static List<String> broken(Collection<RouteDefinition> routes, Collection<String> groups,
            Collection<String> configurations) {
        List<String> broken = new ArrayList<>();
        Set<String> allowed = new HashSet<>(groups);
        allowed.add(SHARED);
        for (RouteDefinition route : routes) {
            if (!Boolean.TRUE.equals(route.isTemplate()) && !isKamelet(route)) {
                check(route, allowed, configurations, broken);
            }
        }
        broken.addAll(unconnected(routes));
        return broken;
    }

    /** Camel waits 30 seconds for a route that nobody wrote, with every request that gets there. */
    private static List<String> unconnected(Collection<RouteDefinition> routes) {
        Set<String> there = routes.stream().map(RouteDefinition::getEndpointUrl).map(RouteRules::direct)
                .filter(Objects::nonNull).collect(Collectors.toCollection(TreeSet::new));
        List<String> broken = new ArrayList<>();
        for (RouteDefinition route : routes) {
            targets(route).map(RouteRules::direct).filter(target -> target != null && !there.contains(target)).distinct()
                    .forEach(target -> broken.add("Route '" + route.getRouteId() + "' calls direct:" + target
                            + ", which no route begins with; there are " + there + "."));
        }
        return broken;
    }

    private static Stream<String> targets(RouteDefinition route) {
        List<ProcessorDefinition<?>> steps = route.getOutputs();
        return Stream.of(
                ProcessorDefinitionHelper.filterTypeInOutputs(steps, ToDefinition.class).stream().map(ToDefinition::getUri),
                ProcessorDefinitionHelper.filterTypeInOutputs(steps, ToDynamicDefinition.class).stream()
                        .map(ToDynamicDefinition::getUri),
                ProcessorDefinitionHelper.filterTypeInOutputs(steps, EnrichDefinition.class).stream()
                        .map(step -> step.getExpression().getExpression()))
                .flatMap(uris -> uris);
    }

    /** @return the name behind direct:, null when it is another endpoint or known only at run time */
    private static String direct(String uri) {
        return uri == null || !uri.startsWith("direct:") || uri.contains("${") || uri.contains("{{")
                ? null
                : uri.replaceFirst("^direct:(//)?", "").replaceFirst("\\?.*", "");
    }

    static boolean isKamelet(RouteDefinition route) {
        return Boolean.TRUE.equals(route.isCreatedFromTemplate());
    }

    private static void check(RouteDefinition route, Set<String> groups, Collection<String> configurations,
            List<String> broken) {
        String uri = route.getEndpointUrl();
        String name = "Route '" + route.getRouteId() + "' (from " + uri + ") ";
        if (!route.hasCustomIdAssigned() || route.getRouteId().isBlank()) {
            broken.add(name + "has no id.");
        }
        if (route.getDescription() == null || route.getDescription().isBlank()) {
            broken.add(name + "has no description.");
        }
        if (route.getGroup() == null || !groups.contains(route.getGroup())) {
            broken.add(name + "has group '" + route.getGroup() + "'; it must be one of " + groups + ".");
        } else if (!route.getGroup().equals(SHARED) && !route.getRouteId().startsWith(route.getGroup() + "-")
                && !route.getRouteId().startsWith("provider-")) {
            broken.add(name + "must have an id that starts with '" + route.getGroup() + "-'.");
        }
        String configuration = route.getRouteConfigurationId();
        if (configuration == null || !configurations.contains(configuration)) {
            broken.add(name + "has routeConfigurationId '" + configuration + "'; there are " + configurations + ".");
        }
        if ((uri.startsWith("platform-http:") || uri.startsWith("kafka:")) && !stripsHeaders(route)) {
            broken.add(name + "must start with removeHeaders pattern '*': what a client sends must not become a Camel header.");
        }
        if (uri.startsWith("kafka:") && SHARED.equals(route.getGroup())) {
            broken.add(name + "must belong to a role: its dead letters go into the role's database.");
        }
        if (uri.startsWith("kafka:") && callsInSplit(route)) {
            broken.add(
                    name + "must call the route of one record by enrich with recordOutcome: after a handled failure 'to' ends "
                            + "the split, and the rest of the batch would be lost.");
        }
        if (uri.startsWith("kafka:") && !commitsLast(route)) {
            broken.add(name + "must end with the step kafkaBatch.commit, and have it nowhere else: offsets are committed after "
                    + "the work.");
        }
        if (uri.startsWith("work:") && !"work".equals(configuration)) {
            broken.add(name
                    + "must have routeConfigurationId 'work': a task that fails is due again when its lease ends; repeating "
                    + "a step could outlast the lease.");
        }
        if (!uri.startsWith("outbox:") && producesToKafka(route)) {
            broken.add(
                    name + "must not send to Kafka: only a route from outbox: does, so that an event is sent if its state was "
                            + "committed, and only then.");
        }
    }

    private static boolean producesToKafka(RouteDefinition route) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class).stream()
                .map(RouteRules::target).anyMatch(uri -> uri != null && uri.startsWith("kafka:"));
    }

    private static String target(ProcessorDefinition<?> step) {
        if (step instanceof ToDynamicDefinition dynamic) {
            return dynamic.getUri();
        }
        return step instanceof EndpointRequiredDefinition fixed ? fixed.getEndpointUri() : null;
    }

    /** A commit before the work, or none, loses what fails after it, or repeats everything for ever. */
    private static boolean commitsLast(RouteDefinition route) {
        List<ProcessorDefinition<?>> steps = route.getOutputs().stream().filter(step -> !step.isAbstract()).toList();
        return steps.stream().filter(RouteRules::isCommit).count() == 1 && isCommit(steps.get(steps.size() - 1));
    }

    private static boolean callsInSplit(RouteDefinition route) {
        Collection<SplitDefinition> splits = ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(),
                SplitDefinition.class);
        return splits.stream().anyMatch(split -> !ProcessorDefinitionHelper
                .filterTypeInOutputs(split.getOutputs(), ToDefinition.class).isEmpty()
                || !ProcessorDefinitionHelper.filterTypeInOutputs(split.getOutputs(), ToDynamicDefinition.class).isEmpty());
    }

    private static boolean isCommit(ProcessorDefinition<?> step) {
        return step instanceof BeanDefinition bean && "kafkaBatch".equals(bean.getRef()) && "commit".equals(bean.getMethod());
    }

    /** Abstract are the parts that a route configuration adds, such as onException: they stand in front and are no steps. */
    private static boolean stripsHeaders(RouteDefinition route) {
        return route.getOutputs().stream().filter(step -> !step.isAbstract()).findFirst()
                .filter(step -> step instanceof RemoveHeadersDefinition strip && "*".equals(strip.getPattern())).isPresent();
    }
}
