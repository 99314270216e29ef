package io.payroute.platform.dryrun;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Defaults;
import io.payroute.platform.PackagedFiles;
import io.payroute.platform.Roles;

/**
 * The routes of the package and the folder that trials run, for real, in a Camel context of their own that reaches nothing: every
 * endpoint outside of it is a {@link StandIn}. Keys count as in the application: system properties, variables, the folder, the package.
 */
public final class DryRoutes implements AutoCloseable {

    private static final Set<String> INSIDE = Set.of("direct", "kamelet", "bean", "class", "language", "dataformat",
            "validator");
    private static final String DIRECT = "direct:";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> keys = new TreeMap<>();
    private final Set<String> ids = new TreeSet<>();
    private final List<Trial> trials;
    private final UnaryOperator<String> set;

    /**
     * Started.
     *
     * @param answers of what stands for other systems, by the id of the step that calls
     */
    public DryRoutes(ConfigFolder folder, List<Trial> trials, Map<String, String> answers) throws Exception {
        this(folder, trials, answers, DryRoutes::ofProcess);
    }

    /** @param set gives the value that is set for the process, or null */
    DryRoutes(ConfigFolder folder, List<Trial> trials, Map<String, String> answers, UnaryOperator<String> set)
            throws Exception {
        context.disableJMX();
        this.trials = trials;
        this.set = set;
        Defaults.packaged().all().forEach((key, value) -> keys.put(key.toString(), value.toString()));
        keys.putAll(folder.properties());
        keys.replaceAll((key, value) -> Objects.requireNonNullElse(set.apply(key), value));
        Roles.ALL.forEach(role -> keys.put("role." + role, "true"));
        configure(folder);
        ComponentResolver inside = PluginHelper.getComponentResolver(context);
        context.getCamelContextExtension().addContextPlugin(ComponentResolver.class, (name, camel) -> INSIDE.contains(name)
                ? inside.resolveComponent(name, camel)
                : new StandIn(answers, calls));
        for (Trial trial : trials) {
            trial.beans(this).forEach(context.getRegistry()::bind);
        }
        load(folder);
        keepWhatIsRun();
        context.start();
    }

    private static String ofProcess(String key) {
        String variable = key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return System.getProperty(key, System.getenv(variable));
    }

    private void configure(ConfigFolder folder) {
        // The context's own would read the configuration of the application as a whole, which starts the embedded servers.
        PropertiesComponent properties = new PropertiesComponent();
        properties.setAutoDiscoverPropertiesSources(false);
        Properties known = new Properties();
        known.putAll(keys);
        properties.setInitialProperties(known);
        context.setPropertiesComponent(properties);
        context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
        KameletComponent kamelets = new KameletComponent();
        kamelets.setLocation(
                (folder.exists() ? "file:" + folder.path().resolve("kamelets") + "," : "") + "classpath:kamelets");
        context.addComponent("kamelet", kamelets);
    }

    private void load(ConfigFolder folder) throws Exception {
        Map<String, String> files = new TreeMap<>();
        PackagedFiles.each("routes", ".camel.yaml", (name, file) -> files.put(name, text(file)));
        for (Map.Entry<String, String> file : files.entrySet()) {
            load(file.getKey(), file.getValue());
        }
        if (folder.exists()) {
            for (Path file : folder.routes()) {
                load(file.toString(), text(file));
            }
        }
    }

    private void load(String name, String text) throws Exception {
        PluginHelper.getRoutesLoader(context).updateRoutes(ResourceHelper.fromString(name, text));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The others would need the application. What fails, fails for the trial to see. */
    private void keepWhatIsRun() throws Exception {
        Map<String, RouteDefinition> byAddress = new HashMap<>();
        Deque<RouteDefinition> open = new ArrayDeque<>();
        Set<RouteDefinition> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        for (RouteDefinition route : context.getRouteDefinitions()) {
            ids.add(route.getRouteId());
            byAddress.put(route.getInput().getEndpointUri(), route);
            if (trials.stream().anyMatch(trial -> trial.runs(route.getRouteId()))) {
                open.add(route);
            }
        }
        while (!open.isEmpty()) {
            RouteDefinition route = open.pop();
            if (kept.add(route)) {
                route.setRouteConfigurationId(null);
                for (SendDefinition<?> to : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(),
                        SendDefinition.class)) {
                    RouteDefinition called = byAddress.get(to.getEndpointUri());
                    if (to.getEndpointUri().startsWith(DIRECT) && called != null) {
                        open.add(called);
                    }
                }
            }
        }
        for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
            if (!kept.contains(route)) {
                context.removeRouteDefinition(route);
            }
        }
    }

    /** Ids of all routes, run or not. */
    public Set<String> ids() {
        return Collections.unmodifiableSet(ids);
    }

    /** Keys of the package and the folder. */
    public String key(String name) {
        return context.resolvePropertyPlaceholders("{{" + name + "}}");
    }

    /** Whether a key has a value. */
    public boolean isSet(String key) {
        return !Objects.requireNonNullElse(set.apply(key), keys.getOrDefault(key, "")).isBlank();
    }

    public boolean has(String routeId) {
        return context.getRoute(routeId) != null;
    }

    /**
     * Runs a route.
     *
     * @return as it left the route; a failure is in it
     */
    public Exchange run(String routeId, Object body, Map<String, Object> headers, Map<String, Object> properties) {
        Route route = context.getRoute(routeId);
        Exchange exchange = exchange(body);
        exchange.getMessage().setHeaders(new HashMap<>(headers));
        properties.forEach(exchange::setProperty);
        try {
            ((DefaultConsumer) route.getConsumer()).getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        return exchange;
    }

    /** One that runs nowhere, with this body. */
    public Exchange exchange(Object body) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        return exchange;
    }

    /** What would have been sent since this was asked last. */
    public List<String> calls() {
        List<String> since = List.copyOf(calls);
        calls.clear();
        return since;
    }

    /** Has the trials of other roles go on. */
    public List<Trial.Said> hand(Object message) {
        return trials.stream().flatMap(trial -> trial.take(this, message).stream()).toList();
    }

    @Override
    public void close() {
        context.stop();
    }
}
