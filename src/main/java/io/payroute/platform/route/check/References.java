package io.payroute.platform.route.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.LanguageValidationResult;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import io.payroute.platform.route.Hook;
import io.payroute.platform.route.RoleFiles;
import io.payroute.platform.route.RouteOutline;
import io.payroute.platform.route.RouteRules;

/**
 * Follows what a file names: endpoints with their parameters, beans and their methods, placeholders, expressions, kamelets. Each must
 * be there, as Camel's catalogue, the package and the folder have it.
 */
final class References {

    private static final Set<String> SENDS = Set.of("to", "toD", "wireTap", "from", "poll", "interceptSendToEndpoint");
    private static final Set<String> ENRICHES = Set.of("enrich", "pollEnrich");
    /** Where an expression decides. */
    private static final Set<String> DECIDES = Set.of("filter", "when", "onWhen", "validate", "completionPredicate", "handled",
            "continued", "retryWhile");
    private static final Set<String> BEANS = Set.of("aggregationStrategy", "aggregationRepository", "idempotentRepository",
            "loadBalancerRef", "onPrepare", "comparator");
    private static final Pattern LANGUAGES = Pattern.compile(
            "constant|csimple|datasonnet|exchangeProperty|groovy|header|hl7terser|java|joor|jq|js|jsonpath|mvel|ognl|python|ref|"
                    + "simple|spel|tokenize|variable|wasm|xpath|xquery|xtokenize");
    private static final List<Hook> HOOKS = RoleFiles.all().stream().flatMap(role -> role.hooks().stream()).toList();
    private static final String FORMAT = "META-INF/services/org/apache/camel/dataformat/";
    private static final String LANGUAGE = "META-INF/services/org/apache/camel/language/";

    private final Findings findings;
    private final EndpointCheck endpoints;
    private final BeanIndex beans;
    private final Placeholders placeholders;
    private final Map<String, SourceFile> kamelets;

    /** The endpoints inside the role that routes begin with. */
    private final Set<String> inside;

    private SourceFile file;
    private String route;
    /** What the file itself gives a value, where it is a kamelet. */
    private Set<String> own = Set.of();
    private Set<String> ownBeans = Set.of();

    /**
     * @param kamelets by name
     * @param ids of all that count
     */
    References(Findings findings, EndpointCheck endpoints, BeanIndex beans, Placeholders placeholders,
            Map<String, SourceFile> kamelets, Ids ids) {
        this.findings = findings;
        this.endpoints = endpoints;
        this.beans = beans;
        this.placeholders = placeholders;
        this.kamelets = kamelets;
        Stream<String> looked = ids.counting().stream().map(part -> SourceFile.at(part.node(), "route") == null
                ? SourceFile.textAt(part.node(), "from", "uri")
                : SourceFile.textAt(part.node(), "route", "from", "uri"));
        inside = Stream.concat(looked, ids.checked().stream().map(RouteOutline::from)).filter(Objects::nonNull)
                .map(uri -> RouteRules.inside(placeholders.resolved(uri))).filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** @param part of the file that counts */
    void check(SourceFile file, Node part) {
        this.file = file;
        route = SourceFile.textAt(part, "route", "id");
        ownBeans = new TreeSet<>();
        own = new TreeSet<>();
        Node template = SourceFile.at(part, "spec", "template");
        SourceFile.items(SourceFile.at(template == null ? part : template, "beans"))
                .forEach(bean -> ownBeans.add(SourceFile.textAt(bean, "name")));
        if (template != null) {
            SourceFile.entries(SourceFile.at(part, "spec", "definition", "properties"))
                    .forEach(property -> own.add(SourceFile.key(property)));
            own.addAll(ownBeans);
        }
        Node body = template == null ? part : template;
        SourceFile.scalars(body).forEach(text -> placeholders.check(text.getValue(), own,
                wrong -> findings.add(file, lineOf(text, "{{"), wrong)));
        walk(body, new ArrayDeque<>());
    }

    /** Text in several lines begins below its first. */
    private static int lineOf(ScalarNode text, String what) {
        int at = text.getValue().indexOf(what);
        boolean block = text.getScalarStyle().toString().matches("[|>]");
        return SourceFile.line(text) + (block && at >= 0
                ? 1 + (int) text.getValue().substring(0, at).chars().filter(c -> c == '\n').count()
                : 0);
    }

    private void walk(Node node, Deque<String> steps) {
        SourceFile.items(node).forEach(item -> walk(item, steps));
        for (NodeTuple entry : SourceFile.entries(node)) {
            String key = SourceFile.key(entry);
            Node value = entry.getValueNode();
            if (SENDS.contains(key)) {
                endpoint(key, value);
            } else if (ENRICHES.contains(key)) {
                enriched(value);
            } else if (key.equals("bean") || key.equals("method") && !(value instanceof ScalarNode)) {
                bean(value);
            } else if (key.equals("custom") && SourceFile.at(value, "ref") != null) {
                reference(SourceFile.at(value, "ref"));
            } else if (key.equals("marshal") || key.equals("unmarshal")) {
                SourceFile.entries(value).forEach(this::format);
            } else if (key.equals("log")) {
                simple(value instanceof ScalarNode ? value : SourceFile.at(value, "message"), false);
            } else if (key.equals("exception")) {
                SourceFile.items(value).forEach(this::exception);
            } else if (BEANS.contains(key) && value instanceof ScalarNode) {
                reference(value);
            } else if (LANGUAGES.matcher(key).matches()) {
                expression(key, value, steps);
            }
            steps.push(key);
            walk(value, steps);
            steps.pop();
        }
    }

    private void endpoint(String key, Node value) {
        Node uri = value instanceof ScalarNode ? value : SourceFile.at(value, "uri");
        if (uri == null) {
            return;
        }
        Map<String, Node> lines = new LinkedHashMap<>();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (NodeTuple parameter : SourceFile.entries(SourceFile.at(value, "parameters"))) {
            String text = SourceFile.text(parameter.getValueNode());
            lines.put(SourceFile.key(parameter), parameter.getKeyNode());
            parameters.put(SourceFile.key(parameter), text == null ? "" : placeholders.resolved(text));
            if (text != null && text.startsWith("#") && !text.startsWith("#class:")) {
                reference(parameter.getValueNode());
            }
        }
        if (key.equals("toD")) {
            simple(uri, false);
        }
        address(SourceFile.text(uri), uri, parameters, lines, key.equals("from"));
    }

    private void address(String written, Node uri, Map<String, String> parameters, Map<String, Node> lines, boolean consumer) {
        String address = placeholders.resolved(written.strip());
        if (address.startsWith("kamelet:")) {
            if (!address.equals("kamelet:source") && !address.equals("kamelet:sink")) {
                kamelet(address.substring("kamelet:".length()).replaceFirst("[/?].*", ""), uri, lines);
            }
            return;
        }
        // As the rules say it, which see only files that can be read as a whole.
        String target = RouteRules.inside(address);
        if (!consumer && route != null && target != null && !inside.contains(target)) {
            findings.add(file, SourceFile.line(uri), "Route '" + route + "' calls " + target + ", which no route begins with"
                    + Findings.meant(inside, target));
        }
        for (EndpointCheck.Wrong wrong : endpoints.check(address, parameters, consumer)) {
            Node at = wrong.option() == null ? uri : lines.getOrDefault(wrong.option(), uri);
            findings.add(file, SourceFile.line(at), wrong.text());
        }
    }

    private void kamelet(String name, Node uri, Map<String, Node> given) {
        SourceFile kamelet = kamelets.get(name);
        if (kamelet == null) {
            findings.add(file, SourceFile.line(uri),
                    "there is no kamelet '" + name + "'" + Findings.meant(kamelets.keySet(), name));
            return;
        }
        kamelet.tree(findings).ifPresent(tree -> {
            Node definition = SourceFile.at(tree, "spec", "definition");
            Set<String> known = new TreeSet<>();
            SourceFile.entries(SourceFile.at(definition, "properties")).forEach(one -> known.add(SourceFile.key(one)));
            given.forEach((property, at) -> {
                if (!known.contains(property)) {
                    findings.add(file, SourceFile.line(at), "kamelet '" + name + "' has no property '" + property + "'"
                            + Findings.meant(known, property));
                }
            });
            List<String> missing = SourceFile.items(SourceFile.at(definition, "required")).stream().map(SourceFile::text)
                    .filter(property -> !given.containsKey(property)
                            && SourceFile.at(definition, "properties", property, "default") == null)
                    .toList();
            if (!missing.isEmpty()) {
                findings.add(file, SourceFile.line(uri),
                        "kamelet '" + name + "' needs " + String.join(", ", missing) + ", too.");
            }
        });
    }

    /** The address that is called is the expression. */
    private void enriched(Node value) {
        for (String language : List.of("constant", "simple")) {
            Node called = SourceFile.at(value, "expression", language, "expression");
            if (called instanceof ScalarNode address && address.getValue().contains(":")) {
                address(address.getValue(), called, Map.of(), Map.of(), false);
            }
        }
    }

    private void bean(Node value) {
        Node ref = value instanceof ScalarNode ? value : SourceFile.at(value, "ref");
        if (ref == null || !reference(ref) || SourceFile.at(value, "method") == null) {
            return;
        }
        String name = SourceFile.text(ref);
        String method = SourceFile.textAt(value, "method").replaceFirst("\\(.*", "");
        if (beans.has(name) && !method.contains("{{") && !beans.methods(name).contains(method)) {
            findings.add(file, SourceFile.line(SourceFile.at(value, "method")),
                    "bean '" + name + "' has no method '" + method + "'" + Findings.meant(beans.methods(name), method));
        }
        String misplaced = Hook.misplaced(HOOKS, route, name + "." + method);
        if (misplaced != null) {
            findings.add(file, SourceFile.line(SourceFile.at(value, "method")), misplaced);
        }
    }

    private void exception(Node type) {
        try {
            Class.forName(SourceFile.text(type), false, References.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            findings.add(file, SourceFile.line(type), "there is no exception '" + SourceFile.text(type)
                    + "': write its class with its package, such as java.lang.Throwable.");
        }
    }

    /** @return whether it is there */
    private boolean reference(Node ref) {
        String name = SourceFile.text(ref).replaceFirst("^#(bean:)?", "");
        if (name.contains("{{") || name.startsWith("#") || beans.has(name) || ownBeans.contains(name)) {
            return true;
        }
        Set<String> known = new TreeSet<>(beans.names());
        known.addAll(ownBeans);
        findings.add(file, SourceFile.line(ref), "there is no bean '" + name + "'" + Findings.meant(known, name));
        return false;
    }

    private void expression(String language, Node value, Deque<String> steps) {
        Node text = value instanceof ScalarNode ? value : SourceFile.at(value, "expression");
        boolean isOption = value instanceof ScalarNode && !steps.isEmpty() && !steps.peek().equals("expression")
                && !DECIDES.contains(steps.peek());
        if (isOption || !(text instanceof ScalarNode written)) {
            return;
        }
        if (References.class.getClassLoader().getResource(LANGUAGE + language.replace("method", "bean")) == null) {
            findings.add(file, SourceFile.line(text), "the package has no language '" + language + "': use simple, or a bean.");
        } else if (language.equals("simple")) {
            simple(text, steps.stream().filter(step -> !step.equals("expression")).findFirst().filter(DECIDES::contains)
                    .isPresent());
        }
    }

    private void simple(Node text, boolean decides) {
        if (text instanceof ScalarNode written) {
            String resolved = placeholders.resolved(written.getValue()).replaceAll("\\{\\{[^{}]*}}", "1");
            ClassLoader loader = References.class.getClassLoader();
            LanguageValidationResult result = decides
                    ? endpoints.catalog().validateLanguagePredicate(loader, "simple", resolved)
                    : endpoints.catalog().validateLanguageExpression(loader, "simple", resolved);
            if (!result.isSuccess()) {
                findings.add(file, lineOf(written, ""), "simple: "
                        + (result.getShortError() == null ? result.getError() : result.getShortError()).strip() + " in: "
                        + written.getValue().strip());
            }
        }
    }

    private void format(NodeTuple option) {
        String format = SourceFile.key(option);
        CamelCatalog catalog = endpoints.catalog();
        List<String> names = catalog.findDataFormatNames().stream()
                .filter(name -> format.equals(catalog.dataFormatModel(name).getModelName())).toList();
        if (!names.isEmpty() && names.stream()
                .allMatch(name -> References.class.getClassLoader().getResource(FORMAT + name) == null)) {
            findings.add(file, SourceFile.line(option.getKeyNode()), "the package has no data format '" + format + "'.");
        }
    }
}
