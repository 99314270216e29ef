package io.payroute.platform.route.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

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

    Ids(Findings findings, Map<SourceFile, Node> trees) {
        this.findings = findings;
        trees.forEach((file, tree) -> SourceFile.items(tree).forEach(entry -> read(file, entry)));
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
        routes.forEach((route, part) -> steps(part, SourceFile.at(part.node(), "route", "from", "steps"), known));
    }

    private void steps(Part part, Node node, Map<String, Part> known) {
        SourceFile.items(node).forEach(item -> steps(part, item, known));
        for (NodeTuple entry : SourceFile.entries(node)) {
            Node value = entry.getValueNode();
            if (SourceFile.key(entry).equals("id") && value instanceof ScalarNode id) {
                Part earlier = known.putIfAbsent(id.getValue(), new Part(part.file(), id));
                if (earlier != null) {
                    boolean first = part.file().packaged() && !earlier.file().packaged();
                    Part wrong = first ? earlier : new Part(part.file(), id);
                    Part other = first ? new Part(part.file(), id) : earlier;
                    findings.add(wrong.file(), SourceFile.line(wrong.node()), "the step id '" + id.getValue()
                            + "' is in use, in " + other.place() + "; give each step its own.");
                }
            } else if (!SourceFile.key(entry).equals("parameters")) {
                steps(part, value, known);
            }
        }
    }

    /** Camel takes one consumer of each. */
    private void consumers() {
        Map<String, Part> known = new HashMap<>();
        routes.values().forEach(part -> {
            Node uri = SourceFile.at(part.node(), "route", "from", "uri");
            String method = Optional
                    .ofNullable(SourceFile.textAt(part.node(), "route", "from", "parameters", "httpMethodRestrict"))
                    .orElse("");
            String from = SourceFile.text(uri);
            if (from != null && (from.startsWith("direct:") || from.startsWith("platform-http:") && !method.isEmpty())) {
                Part earlier = known.putIfAbsent(from + " " + method, part);
                if (earlier != null) {
                    boolean first = part.file().packaged() && !earlier.file().packaged();
                    Part wrong = first ? earlier : part;
                    Part other = first ? part : earlier;
                    findings.add(wrong.file(), SourceFile.line(SourceFile.at(wrong.node(), "route", "from", "uri")),
                            "route '" + SourceFile.textAt(other.node(), "route", "id") + "' in " + other.place()
                                    + " takes the same (" + (from + " " + method).strip()
                                    + "): use its id to replace it, or another address.");
                }
            }
        });
    }

    /** All but what is replaced. */
    List<Part> counting() {
        List<Part> all = new ArrayList<>(routes.values());
        all.addAll(configurations.values());
        all.addAll(others);
        return all;
    }

    Set<String> routes() {
        return routes.keySet();
    }

    Set<String> configurations() {
        return configurations.keySet();
    }

    /**
     * Where a route breaks a rule.
     *
     * @param at an option of the route, or what a step names; null for the route as a whole
     */
    Part place(String route, String at) {
        Part part = routes.get(route);
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
