package io.payroute.docs;

import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.payroute.platform.Defaults;

/** What there is, for the pages to be compared with: configuration, variables, topics and routes as the sources have them. */
final class Product {

    private static final Pattern KEY = Pattern.compile("([a-z][a-z0-9-]*(?:\\.[a-z0-9-]+)+)");
    private static final Pattern VARIABLE = Pattern.compile("\\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\\b");
    private static final Pattern REQUIRED = Pattern.compile("\\$\\{([A-Z_]+):\\$\\{embedded\\.");
    private static final Pattern ENDPOINT = Pattern.compile(
            "routeConfigurationId: (\\S+)\\s+from:\\s+uri: platform-http:(\\S+)\\s+parameters:\\s+httpMethodRestrict: (\\S+)");
    /** What a browser is shown is not part of the contract. */
    private static final String PAGE = "http-page";

    private final String configuration = Defaults.packaged().text();
    private final Properties properties = new Properties();
    private final Set<String> keys = new TreeSet<>();
    private final Set<String> variables = new TreeSet<>();

    Product() {
        String sources = Pages.files("src/main/java", ".java").stream().map(Pages::read).collect(Collectors.joining("\n"));
        properties.putAll(Defaults.packaged().all());
        // A key may also stand in a comment of the configuration, or in the code that reads it.
        keys.addAll(Pages.find(KEY, configuration.replace("%test.", "")));
        keys.addAll(Pages.find(Pattern.compile("\"" + KEY.pattern() + "\""), sources));
        variables.addAll(Pages.find(VARIABLE, configuration));
        variables.addAll(Pages.find(Pattern.compile("\"" + VARIABLE.pattern() + "\""), sources));
        keys.forEach(key -> variables.add(key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_")));
    }

    Set<String> keys() {
        return keys;
    }

    /** Every environment variable that configures the application. */
    Set<String> variables() {
        return variables;
    }

    /** The variables without which an external installation does not start. */
    List<String> requiredVariables() {
        return Pages.find(REQUIRED, configuration);
    }

    String value(String key) {
        return properties.getProperty(key);
    }

    List<String> topics() {
        return properties.stringPropertyNames().stream().filter(key -> key.startsWith("topic.")).map(this::value).toList();
    }

    /** Method and path of every HTTP route for programs. */
    Set<String> endpoints() {
        return endpoints(configuration -> !configuration.equals(PAGE));
    }

    /** Method and path of every page for browsers. */
    Set<String> pages() {
        return endpoints(PAGE::equals);
    }

    private static Set<String> endpoints(Predicate<String> wanted) {
        return Pages.files("src/main/resources/routes", ".yaml").stream().map(Pages::read)
                .flatMap(route -> ENDPOINT.matcher(route).results()).filter(match -> wanted.test(match.group(1)))
                .map(match -> match.group(3) + " " + match.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
