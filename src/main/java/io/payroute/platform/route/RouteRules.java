package io.payroute.platform.route;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.StopDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TryDefinition;

/**
 * The rules that every route must keep, whoever wrote it: it can be found (id, description, group), it says what happens on
 * failure (an existing route configuration: Camel itself accepts a misspelt one in silence), what it calls is there, and what comes
 * from outside is stripped before anything else (a client's headers would become Camel headers).
 */
public final class RouteRules {

    public static final String SHARED = "shared";

    /** The endpoints by which routes reach each other inside a role. */
    private static final List<String> INSIDE = List.of("direct", "work", "outbox");

    static final String HOOK_FAILURE = "hookFailure";
    static final String HOOK_KEEP = "keep";

    private RouteRules() {
    }

    /**
     * A rule that a route breaks.
     *
     * @param at the option or the text in the route that breaks it, null when it is the route as a whole
     * @param text a sentence that names the route
     */
    public record Broken(String route, String at, String text) {
    }

    /** @return one sentence for each broken rule */
    public static List<String> broken(Collection<RouteDefinition> routes, Collection<String> groups,
            Collection<String> configurations, Collection<QueueSteps> steps) {
        return found(routes, List.of(), groups, configurations, steps).stream().map(Broken::text).toList();
    }

    /**
     * @param others that are held to nothing by themselves, because they were before
     * @param groups role names that a route may belong to, beside {@value #SHARED}
     * @param configurations ids of the route configurations there are
     * @param steps that queues cannot do without
     */
    public static List<Broken> found(Collection<RouteDefinition> routes, Collection<RouteDefinition> others,
            Collection<String> groups, Collection<String> configurations, Collection<QueueSteps> steps) {
        List<Broken> broken = new ArrayList<>();
        Set<String> allowed = new TreeSet<>(groups);
        allowed.add(SHARED);
        for (RouteDefinition route : routes) {
            if (!Boolean.TRUE.equals(route.isTemplate()) && !isKamelet(route)) {
                check(route, allowed, configurations, steps, broken);
            }
        }
        List<RouteDefinition> all = new ArrayList<>(routes);
        all.addAll(others);
        broken.addAll(unconnected(all));
        broken.addAll(hooks(all));
        broken.addAll(publishedTwice(all));
        return broken;
    }

    /** A role that is on works only with routes, and one with a database only with one that publishes what it commits. */
    public static List<String> missing(Collection<RouteDefinition> routes, Collection<String> roles,
            Collection<String> withDatabase) {
        List<String> missing = new ArrayList<>();
        for (String role : roles) {
            if (routes.stream().noneMatch(route -> role.equals(route.getGroup()))) {
                missing.add("Role '" + role + "' is on but has no routes: add routes with this group, or set ROLE_"
                        + role.toUpperCase(Locale.ROOT) + "=false.");
            } else if (withDatabase.contains(role) && routes.stream().noneMatch(route -> role.equals(outbox(route)))) {
                missing.add(
                        "Role '" + role + "' has no route from outbox:" + role + ": what it commits would be told to nobody.");
            }
        }
        return missing;
    }

    /** Either would take events away from the other. */
    private static List<Broken> publishedTwice(Collection<RouteDefinition> routes) {
        Map<String, List<String>> publishers = routes.stream().filter(route -> outbox(route) != null).collect(Collectors
                .groupingBy(RouteRules::outbox, TreeMap::new,
                        Collectors.mapping(RouteDefinition::getRouteId, Collectors.toList())));
        return publishers.entrySet().stream().filter(one -> one.getValue().size() > 1)
                .map(one -> new Broken(one.getValue().get(one.getValue().size() - 1), "outbox:" + one.getKey(),
                        "Routes " + one.getValue() + " are all from outbox:" + one.getKey() + "; there must be one."))
                .toList();
    }

    /** @return the role whose events the route publishes, null when it publishes none */
    static String outbox(RouteDefinition route) {
        return name("outbox", route.getEndpointUrl());
    }

    /** @return the queue from which the route takes its tasks, null when from none */
    static String queue(RouteDefinition route) {
        return name("work", route.getEndpointUrl());
    }

    /** Camel waits 30 seconds for a route that nobody wrote, with every request that gets there; and a queue would not be woken. */
    private static List<Broken> unconnected(Collection<RouteDefinition> routes) {
        Set<String> there = routes.stream().map(RouteDefinition::getEndpointUrl).map(RouteRules::inside)
                .filter(Objects::nonNull).collect(Collectors.toCollection(TreeSet::new));
        List<Broken> broken = new ArrayList<>();
        for (RouteDefinition route : routes) {
            targets(route).map(RouteRules::inside).filter(target -> target != null && !there.contains(target)).distinct()
                    .forEach(target -> broken
                            .add(new Broken(route.getRouteId(), target, "Route '" + route.getRouteId() + "' calls "
                                    + target + ", which no route begins with; there are " + there + ".")));
        }
        return broken;
    }

    /** A hook whose failure ends elsewhere, or that stops, would let go what it should not, or end in silence what called it. */
    private static List<Broken> hooks(Collection<RouteDefinition> routes) {
        Set<String> called = calledHooks(routes);
        List<Broken> broken = new ArrayList<>();
        for (RouteDefinition route : routes) {
            if (!called.contains(inside(route.getEndpointUrl()))) {
                continue;
            }
            String name = "Route '" + route.getRouteId() + "' is a hook: it ";
            if (!"hook".equals(route.getRouteConfigurationId())) {
                broken.add(new Broken(route.getRouteId(), "routeConfigurationId",
                        name + "must have routeConfigurationId 'hook', so that its caller learns of its decisions and failures."));
            }
            if (!ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), StopDefinition.class).isEmpty()) {
                broken.add(new Broken(route.getRouteId(), "stop",
                        name + "must not have a step 'stop', which ends its caller, too."));
            }
        }
        return broken;
    }

    /** What a route calls that keeps how it failed. */
    static Set<String> calledHooks(Collection<RouteDefinition> routes) {
        return routes.stream()
                .flatMap(route -> ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), TryDefinition.class)
                        .stream())
                .filter(attempt -> attempt.getCatchClauses().stream()
                        .anyMatch(caught -> callsBean(caught.getOutputs(), HOOK_FAILURE + "." + HOOK_KEEP)))
                .flatMap(attempt -> attempt.getOutputsWithoutCatches().stream()).map(RouteRules::target)
                .map(RouteRules::inside).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    static Stream<String> targets(RouteDefinition route) {
        List<ProcessorDefinition<?>> steps = route.getOutputs();
        return Stream.of(
                ProcessorDefinitionHelper.filterTypeInOutputs(steps, ToDefinition.class).stream().map(ToDefinition::getUri),
                ProcessorDefinitionHelper.filterTypeInOutputs(steps, ToDynamicDefinition.class).stream()
                        .map(ToDynamicDefinition::getUri),
                ProcessorDefinitionHelper.filterTypeInOutputs(steps, EnrichDefinition.class).stream()
                        .map(step -> step.getExpression().getExpression()))
                .flatMap(uris -> uris);
    }

    /** @return the endpoint without its options, null when no route begins with such a one, or it is known only at run time */
    public static String inside(String uri) {
        return uri == null
                ? null
                : INSIDE.stream().filter(scheme -> name(scheme, uri) != null).map(scheme -> scheme + ":" + name(scheme, uri))
                        .filter(name -> !name.contains("${") && !name.contains("{{")).findFirst().orElse(null);
    }

    private static String name(String scheme, String uri) {
        return uri.startsWith(scheme + ":") ? uri.replaceFirst("^" + scheme + ":(//)?", "").replaceFirst("\\?.*", "") : null;
    }

    static boolean isKamelet(RouteDefinition route) {
        return Boolean.TRUE.equals(route.isCreatedFromTemplate());
    }

    private static void check(RouteDefinition route, Set<String> groups, Collection<String> configurations,
            Collection<QueueSteps> steps,
            List<Broken> broken) {
        String uri = route.getEndpointUrl();
        String name = "Route '" + route.getRouteId() + "' (from " + uri + ") ";
        BiConsumer<String, String> wrong = (at, text) -> broken.add(new Broken(route.getRouteId(), at, name + text));
        if (!route.hasCustomIdAssigned() || route.getRouteId().isBlank()) {
            wrong.accept("id", "has no id.");
        }
        if (route.getDescription() == null || route.getDescription().isBlank()) {
            wrong.accept("description", "has no description.");
        }
        if (route.getGroup() == null || !groups.contains(route.getGroup())) {
            wrong.accept("group", "has group '" + route.getGroup() + "'; it must be one of " + groups + ".");
        } else if (!route.getGroup().equals(SHARED) && !route.getRouteId().startsWith(route.getGroup() + "-")
                && !route.getRouteId().startsWith("provider-")) {
            wrong.accept("id", "must have an id that starts with '" + route.getGroup() + "-'.");
        }
        String configuration = route.getRouteConfigurationId();
        if (configuration == null || !configurations.contains(configuration)) {
            wrong.accept("routeConfigurationId",
                    "has routeConfigurationId '" + configuration + "'; there are " + configurations + ".");
        }
        if ((uri.startsWith("platform-http:") || uri.startsWith("kafka:")) && !stripsHeaders(route)) {
            wrong.accept(null,
                    "must start with removeHeaders pattern '*': what a client sends must not become a Camel header.");
        }
        if (uri.startsWith("kafka:")) {
            KafkaRules.check(route, wrong);
        }
        if (uri.startsWith("work:") && !"work".equals(configuration)) {
            wrong.accept("routeConfigurationId",
                    "must have routeConfigurationId 'work': a task that fails is due again when its lease ends; repeating "
                            + "a step could outlast the lease.");
        }
        Stream<String> needed = uri.startsWith("work:")
                ? steps.stream().flatMap(one -> one.of(queue(route)).stream())
                : Stream.of();
        needed.filter(step -> step.startsWith("direct:")
                ? targets(route).noneMatch(step::equals)
                : !callsBean(route.getOutputs(), step)).forEach(step -> wrong.accept(null,
                        "must have the step " + step + (step.startsWith("direct:")
                                ? ", as the packaged route has it: export it again, and put your own steps in."
                                : ": what came of a task must be recorded, or it is done again.")));
        if (callsProviderAmongOthers(route)) {
            wrong.accept(null,
                    "must have one step in the doTry whose doCatch calls providerFailure.outcome: toD direct:provider-. "
                            + "The failure of another one would be taken for a charge never made, and another provider would charge. "
                            + "Put a step before begin-..., or behind settle-....");
        }
        if (outbox(route) != null && (!"work".equals(configuration) || !onlyProducesToKafka(route))) {
            wrong.accept(null,
                    "must have routeConfigurationId 'work' and one step, 'to' kafka: what is left out, changed or caught "
                            + "on the way would never be published. A step that reads events belongs behind the topic.");
        }
        if (outbox(route) == null && producesToKafka(route)) {
            wrong.accept(null,
                    "must not send to Kafka: only a route from outbox: does, so that an event is sent if its state was "
                            + "committed, and only then.");
        }
    }

    private static boolean onlyProducesToKafka(RouteDefinition route) {
        List<ProcessorDefinition<?>> steps = steps(route);
        return steps.size() == 1 && steps.get(0) instanceof ToDefinition to && to.getUri().startsWith("kafka:");
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

    private static boolean callsProviderAmongOthers(RouteDefinition route) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), TryDefinition.class).stream()
                .filter(attempt -> attempt.getCatchClauses().stream()
                        .anyMatch(caught -> callsBean(caught.getOutputs(), "providerFailure.outcome")))
                .map(TryDefinition::getOutputsWithoutCatches)
                .anyMatch(steps -> steps.size() != 1 || !(steps.get(0) instanceof ToDynamicDefinition call)
                        || !call.getUri().matches("direct:(//)?provider-.*"));
    }

    private static boolean callsBean(List<ProcessorDefinition<?>> steps, String step) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(steps, BeanDefinition.class).stream()
                .anyMatch(bean -> step.equals(bean.getRef() + "." + bean.getMethod()));
    }

    /** Abstract are the parts that a route configuration adds, such as onException: they stand in front and are no steps. */
    static List<ProcessorDefinition<?>> steps(RouteDefinition route) {
        return route.getOutputs().stream().filter(step -> !step.isAbstract()).toList();
    }

    private static boolean stripsHeaders(RouteDefinition route) {
        return steps(route).stream().findFirst()
                .filter(step -> step instanceof RemoveHeadersDefinition strip && "*".equals(strip.getPattern())).isPresent();
    }
}
