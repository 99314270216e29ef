package io.payroute.platform.route.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Defaults;

/** What {@code {{key}}} stands for here: the folder's value, or the packaged default; or what is set for this process. */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");
    private static final int DEEPEST = 9;

    private final Map<String, String> values = new TreeMap<>();

    Placeholders(ConfigFolder folder) {
        Defaults.packaged().all().forEach((key, value) -> values.put(key.toString(), value.toString()));
        values.putAll(folder.properties());
        System.getProperties().forEach((key, value) -> values.put(key.toString(), value.toString()));
    }

    Map<String, String> values() {
        return values;
    }

    /** With what is known put in; what is set at the start only, stays as it is written. */
    String resolved(String text) {
        String resolved = text;
        for (int i = 0; i < DEEPEST && PLACEHOLDER.matcher(resolved).find(); i++) {
            resolved = PLACEHOLDER.matcher(resolved).replaceAll(found -> {
                String value = value(found.group(1));
                return Matcher.quoteReplacement(value == null || value.contains("${") ? found.group() : value);
            });
        }
        return resolved;
    }

    private String value(String written) {
        String key = key(written);
        String value = values.get(key);
        return value == null && written.contains(":") ? written.substring(written.indexOf(':') + 1) : value;
    }

    /** What a text depends on, also by way of the values of others. */
    Set<String> keys(String text) {
        Set<String> keys = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(text));
        while (!open.isEmpty()) {
            PLACEHOLDER.matcher(open.pop()).results().map(found -> key(found.group(1))).filter(keys::add)
                    .forEach(key -> open.push(values.getOrDefault(key, "")));
        }
        return keys;
    }

    private static String key(String written) {
        return written.replaceFirst("^[?!]", "").replaceFirst(":.*", "").strip();
    }

    /** Reports every key in a text that has no value. @param own names that the file itself gives values to */
    void check(String text, Set<String> own, Consumer<String> wrong) {
        PLACEHOLDER.matcher(text).results().map(found -> found.group(1)).forEach(written -> {
            String key = key(written);
            boolean optional = written.startsWith("?") || written.contains(":");
            if (!optional && !own.contains(key) && !values.containsKey(key) && System.getenv(variable(key)) == null) {
                wrong.accept("{{" + key + "}} has no value" + Findings.meant(own.isEmpty() ? values.keySet() : own, key)
                        .replaceFirst("\\.$", ": add it to application.properties of the folder."));
            }
        });
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
