package io.payroute.platform.picture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Defaults;

/** Reads route files as Camel does, for what leads from one route to another and out; placeholders become their defaults. */
final class RouteFiles {

    private static final List<String> SENDS = List.of("to", "toD", "wireTap");
    private static final List<String> ENRICHES = List.of("enrich", "pollEnrich");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}]+)}}");

    /** What a browser is shown is made by these routes, and no payment goes through them. */
    private static final String PAGES = "http-page";

    private final Path resources;
    private final ConfigFolder folder;
    private final Properties properties = new Properties();

    /**
     * @param resources the folder with {@code application.properties}, {@code routes} and {@code kamelets}
     * @param folder what replaces them or is added; null for none
     */
    RouteFiles(Path resources, ConfigFolder folder) throws IOException {
        this.resources = resources;
        this.folder = folder == null || !folder.exists() ? null : folder;
        properties.putAll(new Defaults(file -> read(resources.resolve(file))).all());
        if (this.folder != null) {
            properties.putAll(folder.properties());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The routes that are on by default, in the order of their files. */
    List<Route> routes() throws IOException {
        Map<String, Route> routes = new LinkedHashMap<>();
        List<Path> files = new ArrayList<>(files("routes", ".camel.yaml"));
        files.addAll(folder == null ? List.of() : folder.routes());
        for (Path file : files) {
            for (Object entry : (List<?>) load(file)) {
                if (((Map<?, ?>) entry).get("route") instanceof Map<?, ?> route
                        && !text(route, "precondition").contains("false")
                        && !PAGES.equals(text(route, "routeConfigurationId"))) {
                    routes.put(text(route, "id"), route(file, route));
                }
            }
        }
        return List.copyOf(routes.values());
    }

    private Route route(Path file, Map<?, ?> route) throws IOException {
        Map<?, ?> from = (Map<?, ?>) route.get("from");
        List<Route.Step> steps = new ArrayList<>();
        collect(from.get("steps"), steps);
        return new Route(text(route, "group"), file.getFileName().toString(), text(route, "id"),
                text(route, "description"), step(from), steps);
    }

    /** Every step that sends, however deep it stands. */
    private void collect(Object node, List<Route.Step> steps) throws IOException {
        if (node instanceof List<?> list) {
            for (Object one : list) {
                collect(one, steps);
            }
        } else if (node instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (SENDS.contains(entry.getKey()) && entry.getValue() instanceof Map<?, ?> to) {
                    steps.add(step(to));
                } else if (SENDS.contains(entry.getKey())) {
                    steps.add(new Route.Step(text(map, entry.getKey().toString()), "", Map.of()));
                } else if (ENRICHES.contains(entry.getKey())) {
                    Map<?, ?> expression = (Map<?, ?>) ((Map<?, ?>) entry.getValue()).get("expression");
                    Map<?, ?> written = (Map<?, ?>) expression.values().iterator().next();
                    steps.add(new Route.Step(text(written, "expression"), "", Map.of()));
                } else {
                    collect(entry.getValue(), steps);
                }
            }
        }
    }

    private Route.Step step(Map<?, ?> step) throws IOException {
        Map<String, String> parameters = new TreeMap<>();
        if (step.get("parameters") instanceof Map<?, ?> given) {
            given.keySet().forEach(key -> parameters.put(key.toString(), text(given, key.toString())));
        }
        String uri = text(step, "uri");
        return new Route.Step(uri.startsWith("kamelet:") ? kamelet(uri) : uri, text(step, "description"), parameters);
    }

    /** A sink is where something ends; any other kamelet is a step like a bean. */
    private String kamelet(String uri) throws IOException {
        String name = uri.substring("kamelet:".length());
        String file = "kamelets/" + name + ".kamelet.yaml";
        Map<?, ?> kamelet = (Map<?, ?>) load(
                folder == null ? resources.resolve(file) : folder.file(file).orElse(resources.resolve(file)));
        Object type = ((Map<?, ?>) ((Map<?, ?>) kamelet.get("metadata")).get("labels")).get("camel.apache.org/kamelet.type");
        return "sink".equals(type) ? uri : "bean:" + name;
    }

    private String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : resolved(value.toString().strip());
    }

    private String resolved(String text) {
        String before = text;
        String after = PLACEHOLDER.matcher(before).replaceAll(found -> Matcher
                .quoteReplacement(properties.getProperty(found.group(1), found.group(1))));
        return after.equals(before) ? after : resolved(after);
    }

    private List<Path> files(String folder, String end) throws IOException {
        try (Stream<Path> files = Files.walk(resources.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }

    private static Object load(Path file) throws IOException {
        return new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadFromString(Files.readString(file));
    }
}
