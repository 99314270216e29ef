package io.payroute.platform.route.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import io.payroute.platform.route.RouteOutline;
import io.payroute.platform.route.check.CheckedPackage.CheckedRoute;

/** Routes and steps by their ids: what replaces what, what is there twice, and where each stands. */
final class Ids {

    /** One entry of a file: a route, a route configuration, or what else there is. */
    record Part(SourceFile file, Node node) {

        /** The lines of the package are none of the reader's. */
        String place() {
            return file.packaged() ? file.name() : file.name() + ":" + SourceFile.line(node);
        }
    }

    private final Findings findings;
    private final Map<String, Part> routes = new LinkedHashMap<>();
    private final Map<String, Part> configurations = new LinkedHashMap<>();
    private final List<Part> others = new ArrayList<>();
    /** By id, what was checked before and counts still, with its file. */
    private final Map<String, CheckedRoute> checked = new LinkedHashMap<>();
    private final Map<String, SourceFile> checkedFiles = new HashMap<>();
    private final Set<String> checkedConfigurations = new TreeSet<>();

    Ids(Findings findings, Map<SourceFile, Node> trees, CheckedPackage before) {
        this.findings = findings;
        trees.forEach((file, tree) -> SourceFile.items(tree).forEach(entry -> read(file, entry)));
        before.files().forEach((name, file) -> {
            checkedConfigurations.addAll(file.configurations());
            file.routes().stream().filter(route -> !routes.containsKey(route.outline().id())).forEach(route -> {
                checked.put(route.outline().id(), route);
                checkedFiles.put(route.outline().id(), new SourceFile(name, "", true));
            });
        });
        steps();
        consumers();
    }

    private void read(SourceFile file, Node entry) {
        Node id = SourceFile.at(entry, "route", "id");
        Node configuration = SourceFile.at(entry, "routeConfiguration", "id");
        if (SourceFile.text(id) != null) {
            put(routes, "route", file, entry, id);
        } else if (SourceFile.text(configuration) != null) {
            put(configurations, "route configuration", file, entry, configuration);
        } else {
            others.add(new Part(file, entry));
        }
    }

    private void put(Map<String, Part> parts, String what, SourceFile file, Node entry, Node id) {
        Part earlier = parts.put(SourceFile.text(id), new Part(file, entry));
        if (earlier != null && earlier.file().packaged() == file.packaged()) {
            findings.add(file, SourceFile.line(id), "the id '" + SourceFile.text(id) + "' has another " + what + " too, in "
                    + earlier.place() + "; give each its own.");
        }
    }

    /** Camel takes a step's id once in all routes. */
    private void steps() {
        Map<String, Part> known = new HashMap<>();
        checked.forEach((id, route) -> route.steps().forEach(step -> known.put(step, new Part(checkedFiles.get(id), null))));
        routes.values().forEach(part -> steps(part.node()).forEach(id -> {
            Part earlier = known.putIfAbsent(id.getValue(), new Part(part.file(), id));
            if (earlier != null) {
                boolean first = part.file().packaged() && !earlier.file().packaged();
                Part wrong = first ? earlier : new Part(part.file(), id);
                Part other = first ? new Part(part.file(), id) : earlier;
                findings.add(wrong.file(), SourceFile.line(wrong.node()), "the step id '" + id.getValue()
                        + "' is in use, in " + other.place() + "; give each step its own.");
            }
        }));
    }

    /** The ids of a route's steps. */
    static List<ScalarNode> steps(Node route) {
        List<ScalarNode> ids = new ArrayList<>();
        addSteps(SourceFile.at(route, "route", "from", "steps"), ids);
        return ids;
    }

    private static void addSteps(Node node, List<ScalarNode> ids) {
        SourceFile.items(node).forEach(item -> addSteps(item, ids));
        for (NodeTuple entry : SourceFile.entries(node)) {
            if (SourceFile.key(entry).equals("id") && entry.getValueNode() instanceof ScalarNode id) {
                ids.add(id);
            } else if (!SourceFile.key(entry).equals("parameters")) {
                addSteps(entry.getValueNode(), ids);
            }
        }
    }

    /** Camel takes one consumer of each. */
    private void consumers() {
        Map<String, String> known = new HashMap<>();
        checked.forEach((id, route) -> known.put(route.consumer(), id));
        routes.forEach((id, part) -> {
            String consumer = consumer(part.node());
            String earlier = consumer == null ? null : known.putIfAbsent(consumer, id);
            if (earlier != null) {
                boolean first = part.file().packaged() && !fileOf(earlier).packaged();
                Part wrong = first ? routes.get(earlier) : part;
                String other = first ? id : earlier;
                String place = routes.containsKey(other) ? routes.get(other).place() : fileOf(other).name();
                findings.add(wrong.file(), SourceFile.line(SourceFile.at(wrong.node(), "route", "from", "uri")),
                        "route '" + other + "' in " + place + " takes the same (" + consumer
                                + "): use its id to replace it, or another address.");
            }
        });
    }

    private SourceFile fileOf(String route) {
        return routes.containsKey(route) ? routes.get(route).file() : checkedFiles.get(route);
    }

    /** @return what no other route can begin with, or null */
    static String consumer(Node route) {
        String from = SourceFile.textAt(route, "route", "from", "uri");
        String method = Optional
                .ofNullable(SourceFile.textAt(route, "route", "from", "parameters", "httpMethodRestrict")).orElse("");
        return from != null && (from.startsWith("direct:") || from.startsWith("platform-http:") && !method.isEmpty())
                ? (from + " " + method).strip()
                : null;
    }

    /** All but what is replaced. */
    List<Part> counting() {
        List<Part> all = new ArrayList<>(routes.values());
        all.addAll(configurations.values());
        all.addAll(others);
        return all;
    }

    Set<String> routes() {
        return union(routes.keySet(), checked.keySet());
    }

    Set<String> configurations() {
        return union(configurations.keySet(), checkedConfigurations);
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }

    /** What was checked before. */
    List<RouteOutline> checked() {
        return checked.values().stream().map(CheckedRoute::outline).toList();
    }

    /**
     * Where a route breaks a rule.
     *
     * @param at an option of the route, or what a step names; null for the route as a whole
     */
    Part place(String route, String at) {
        Part part = routes.get(route);
        if (part == null) {
            return new Part(checkedFiles.get(route), null);
        }
        Node whole = SourceFile.at(part.node(), "route");
        Node place = at == null ? SourceFile.at(whole, "from", "uri") : SourceFile.at(whole, at);
        if (place == null && at != null) {
            place = SourceFile.scalars(whole).stream().filter(text -> text.getValue().equals(at)).map(Node.class::cast)
                    .findFirst()
                    .orElse(null);
        }
        return new Part(part.file(), place != null ? place : SourceFile.at(whole, "id"));
    }
}
