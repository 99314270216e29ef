package io.payroute.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The dashboards and alert rules of docker/, and what they ask for. */
public final class WatchFiles {

    private static final Pattern METRIC = Pattern
            .compile("\\b((?:payroute|camel|agroal|http|jvm|process|system)_\\w+|up)\\b(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)(?:=~|!=|=)\"");
    private static final Pattern BY = Pattern.compile("by \\(([^)]*)\\)\\s*\\(+(?:\\w+\\()*([a-z_]+)");

    private static final Pattern NAMED = Pattern.compile("\\$labels\\.(\\w+)");

    private WatchFiles() {
    }

    /** Alert rules by name. */
    public static Map<String, String> alerts() throws IOException {
        Map<String, String> alerts = new LinkedHashMap<>();
        rules().forEach(rule -> alerts.put((String) rule.get("alert"), (String) rule.get("expr")));
        return alerts;
    }

    /** The labels that the summaries of rules name, by the rule's name. */
    public static Map<String, Set<String>> named() throws IOException {
        Map<String, Set<String>> named = new LinkedHashMap<>();
        rules().forEach(rule -> named.put((String) rule.get("alert"),
                NAMED.matcher((String) ((Map<?, ?>) rule.get("annotations")).get("summary")).results()
                        .map(label -> label.group(1)).collect(Collectors.toCollection(TreeSet::new))));
        return named;
    }

    private static List<Map<?, ?>> rules() throws IOException {
        Map<?, ?> file = (Map<?, ?>) new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("docker/prometheus/alerts.yml")));
        List<Map<?, ?>> rules = new ArrayList<>();
        for (Object group : (List<?>) file.get("groups")) {
            ((List<?>) ((Map<?, ?>) group).get("rules")).forEach(rule -> rules.add((Map<?, ?>) rule));
        }
        return rules;
    }

    /** All that is asked for by dashboards. */
    public static List<String> panels() throws IOException {
        List<String> expressions = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("docker/grafana/dashboards"))) {
            for (Path file : files.sorted().toList()) {
                for (Object panel : new JsonObject(Files.readString(file)).getJsonArray("panels", new JsonArray())) {
                    for (Object target : ((JsonObject) panel).getJsonArray("targets")) {
                        expressions.add(((JsonObject) target).getString("expr"));
                    }
                }
            }
        }
        return expressions;
    }

    /** A metric with the labels that an expression goes by, as {@code metric} or {@code metric{label}}. */
    public static Set<String> asked(String expression) {
        Set<String> asked = new TreeSet<>();
        Matcher metric = METRIC.matcher(expression);
        while (metric.find()) {
            asked.add(metric.group(1));
            if (metric.group(2) != null) {
                LABEL.matcher(metric.group(2)).results()
                        .forEach(label -> asked.add(metric.group(1) + '{' + label.group(1) + '}'));
            }
        }
        BY.matcher(expression).results().forEach(by -> Stream.of(by.group(1).split(",\\s*"))
                .forEach(label -> asked.add(by.group(2) + '{' + label + '}')));
        return asked;
    }

    /** What there is to be asked for. */
    public static Set<String> told(Scrape scrape) {
        Set<String> told = new TreeSet<>();
        for (Scrape.Sample sample : scrape.samples()) {
            told.add(sample.metric());
            sample.labels().keySet().forEach(label -> told.add(sample.metric() + '{' + label + '}'));
        }
        return told;
    }
}
