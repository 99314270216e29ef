package io.payroute.platform.config;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.payroute.platform.Defaults;
import io.payroute.platform.Words;
import io.quarkus.runtime.configuration.DurationConverter;

/**
 * Every key of ours and the kind of its value: the packaged configuration, whose defaults, and examples in its comments, tell the
 * kinds. What begins like one of them and is none is misspelt, or somebody's own and in the way of a later one.
 */
final class ConfigKeys {

    /** What a value must be. */
    enum Kind {
        DURATION("a duration: a number and ms, s, m, h or d, such as 5s", "[+-]?[0-9]+"), SIZE(
                "a size: a number, and K, M or G, such as 64K", "[0-9]{1,9}[KMGkmg]?"), COUNT(
                        "a whole number, 0 or more", "[0-9]{1,9}"), PERCENT("a whole number from 0 to 100",
                                "[0-9]{1,2}|100"), WHOLE("a whole number", "[+-]?[0-9]{1,9}"), DECIMAL(
                                        "a number, 0 or more",
                                        "[0-9]{1,9}(\\.[0-9]+)?"), FLAG("true or false", ""), TEXT("text", "");

        final String words;
        private final Pattern form;

        /** Java also takes yes, on and 1, and none of them is true to a route. */
        private static final List<String> FLAGS = List.of("true", "false");

        /** @param form of a value; of a duration, what is none */
        Kind(String words, String form) {
            this.words = words;
            this.form = Pattern.compile(form);
        }

        boolean fits(String value) {
            return switch (this) {
                case DURATION -> List.of(value.split(",")).stream()
                        .allMatch(one -> !form.matcher(one.strip()).matches() && isDuration(one.strip()));
                case SIZE, COUNT, PERCENT, WHOLE, DECIMAL -> form.matcher(value.strip()).matches();
                case FLAG -> FLAGS.contains(value);
                case TEXT -> true;
            };
        }

        /** With a unit: a number alone is milliseconds to Camel, and seconds to Quarkus. */
        private static boolean isDuration(String value) {
            try {
                Duration duration = DurationConverter.parseDuration(value);
                return duration == null || !duration.isNegative();
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    /** A key with {@code <name>} in it, or a whole one; and the same as a variable. Every key and variable is held to them at each start. */
    private record Template(boolean whole, String begin, String end, String variableBegin, String variableEnd) {

        static Template of(String key) {
            int at = key.indexOf(ANY_NAME);
            String begin = at < 0 ? key : key.substring(0, at);
            String end = at < 0 ? "" : key.substring(at + ANY_NAME.length());
            return new Template(at < 0, begin, end, variable(begin), variable(end));
        }

        /** @return null where it does not fit, and an empty text where it has no name */
        String nameIn(String name) {
            return isVariable(name) ? between(name, variableBegin, variableEnd) : between(name, begin, end);
        }

        private String between(String name, String first, String last) {
            if (whole) {
                return name.equals(first) ? "" : null;
            }
            return name.length() > first.length() + last.length() && name.startsWith(first) && name.endsWith(last)
                    ? name.substring(first.length(), name.length() - last.length())
                    : null;
        }
    }

    private static final Pattern DURATION = Pattern.compile("[0-9]+(ms|s|m|h|d)");
    private static final Pattern DURATIONS = Pattern.compile(DURATION + "(," + DURATION + ")*");
    private static final Pattern SIZE = Pattern.compile("[0-9]+[KMG]");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]+\\.[0-9]+");
    /** A key without a default stands in a comment, with an example of its value or none. */
    private static final Pattern COMMENTED = Pattern.compile("(?m)^# ?([a-z][a-z0-9-]*(?:\\.[a-z0-9-]+)+)=(.*)$");
    /** A key that was renamed stands above the new one, which may be in a comment; {@code <name>} is any one word. */
    private static final Pattern RENAMED = Pattern.compile("(?m)^# Formerly (\\S+)\n(?:# )?([^\\s=]+)=");
    private static final String ANY_NAME = "<name>";
    private static final Pattern OF_ANY_NAME = Pattern.compile("(?m)^# ([a-z.-]*" + ANY_NAME + "[a-z.-]*)=");
    /** Without a default and without an example. */
    private static final List<String> WITHOUT_DEFAULT = List.of("payroute.bind-address", "payroute.crash-passing",
            "payroute.crash-point", "payroute.jwt.public-key", "payroute.jwt.public-key-location", "payroute.jwt.secret",
            "payroute.mode");
    /** Kafka's own names, which are its affair. */
    private static final List<String> OTHERS = List.of("kafka.security.", "kafka.sasl.", "kafka.ssl.");
    /** The JVM's own, whatever begins as they do. */
    private static final Set<String> OF_THE_JVM = Set.of("user.dir", "user.home", "user.name", "user.language", "user.country",
            "user.script", "user.variant", "user.region", "user.timezone");
    private static final Pattern PROVIDER = Pattern.compile("((?:[a-z]+\\.)?provider\\.[a-z0-9-]+)\\..+");
    private static final int NEAR = 3;
    private static final ConfigKeys PACKAGED = of(Defaults.packaged().all(), Defaults.packaged().text());

    private final Map<String, Kind> kinds;
    private final Set<String> variables;
    private final Map<Template, String> renamed;
    private final List<Template> ofAnyName;
    private final Set<String> prefixes = new HashSet<>();
    private final Set<String> providers = new HashSet<>();

    private ConfigKeys(Map<String, Kind> kinds, String text) {
        this.kinds = kinds;
        this.variables = kinds.keySet().stream().map(ConfigKeys::variable).collect(Collectors.toSet());
        this.renamed = RENAMED.matcher(text).results()
                .collect(Collectors.toMap(key -> Template.of(key.group(1)), key -> key.group(2)));
        this.ofAnyName = OF_ANY_NAME.matcher(text).results().map(key -> Template.of(key.group(1))).toList();
        for (String key : kinds.keySet()) {
            prefixes.add(key.substring(0, key.indexOf('.') + 1));
            var provider = PROVIDER.matcher(key);
            if (provider.matches()) {
                providers.add(provider.group(1));
            }
        }
    }

    static ConfigKeys packagedOnes() {
        return PACKAGED;
    }

    /** @param text of the same, with its comments */
    static ConfigKeys of(Properties defaults, String text) {
        Map<String, Kind> kinds = new TreeMap<>();
        COMMENTED.matcher(text).results().forEach(key -> kinds.put(key.group(1), kindOf(key.group(1), key.group(2))));
        defaults.forEach((key, value) -> kinds.put(key.toString(), kindOf(key.toString(), value.toString())));
        kinds.keySet().removeIf(key -> key.startsWith("%") || key.startsWith("quarkus.") || key.startsWith("camel.")
                || OTHERS.stream().anyMatch(key::startsWith));
        WITHOUT_DEFAULT.forEach(key -> kinds.put(key, Kind.TEXT));
        return new ConfigKeys(kinds, text);
    }

    private static Kind kindOf(String key, String value) {
        if (key.endsWith("-percent")) {
            return Kind.PERCENT;
        }
        if (DURATIONS.matcher(value).matches()) {
            return Kind.DURATION;
        }
        if (SIZE.matcher(value).matches()) {
            return Kind.SIZE;
        }
        if (WHOLE.matcher(value).matches()) {
            return value.startsWith("-") ? Kind.WHOLE : Kind.COUNT;
        }
        if (DECIMAL.matcher(value).matches()) {
            return Kind.DECIMAL;
        }
        return value.equals("true") || value.equals("false") ? Kind.FLAG : Kind.TEXT;
    }

    Map<String, Kind> kinds() {
        return kinds;
    }

    /** What a key, or a variable, that was renamed is called now. */
    Optional<String> renamed(String name) {
        return renamed.entrySet().stream().flatMap(key -> Optional.ofNullable(key.getKey().nameIn(name))
                .map(one -> key.getValue().replace(ANY_NAME, one)).stream()).findFirst()
                .map(now -> isVariable(name) ? variable(now) : now);
    }

    /** Whether it is the key, or the variable, of a provider that we do not ship, and not of one that is misspelt by a letter. */
    private boolean isOfAnother(String name) {
        return ofAnyName.stream().anyMatch(template -> {
            String another = template.nameIn(name);
            return another != null && kinds.keySet().stream().map(template::nameIn).filter(Objects::nonNull)
                    .noneMatch(known -> Words.distance(variable(known), variable(another)) <= 1);
        });
    }

    static boolean isVariable(String name) {
        return name.chars().noneMatch(Character::isLowerCase);
    }

    /** Whether a key looks like one of ours and is none. A provider that we do not know may have keys of its own. */
    boolean isUnknown(String key) {
        if (kinds.containsKey(key) || OF_THE_JVM.contains(key) || OTHERS.stream().anyMatch(key::startsWith)
                || prefixes.stream().noneMatch(key::startsWith) || isOfAnother(key)) {
            return false;
        }
        var provider = PROVIDER.matcher(key);
        return !provider.matches() || providers.contains(provider.group(1)) || meant(key).isPresent();
    }

    /** What is wrong with a key of ours and its value. */
    Optional<String> wrong(String key, String value) {
        if (renamed(key).isPresent()) {
            return renamed(key).map(now -> key + " is now " + now + ": rename it.");
        }
        if (kinds.containsKey(key) && !value.isBlank() && !value.contains("${") && !kinds.get(key).fits(value)) {
            return Optional.of(malformed(key));
        }
        return isUnknown(key) ? Optional.of(unknown(key)) : Optional.empty();
    }

    String malformed(String key) {
        return key + " (" + variable(key) + ") must be " + kinds.get(key).words + ".";
    }

    String unknown(String key) {
        return key + " is no key of Payroute: " + meant(key).map(meant -> "did you mean " + meant + "?")
                .orElse("remove it, or give your own keys another prefix.");
    }

    /** The variable of a misspelt key of ours. Others' variables may begin as ours do, so only what is nearly one is meant. */
    Optional<String> meantByVariable(String variable) {
        if (variables.contains(variable)
                || OTHERS.stream().anyMatch(prefix -> variable.startsWith(variable(prefix)))
                || prefixes.stream().noneMatch(prefix -> variable.startsWith(variable(prefix))) || isOfAnother(variable)) {
            return Optional.empty();
        }
        return nearest(variable(variable)).map(ConfigKeys::variable);
    }

    Optional<String> meant(String key) {
        return nearest(variable(key));
    }

    static String variable(String key) {
        StringBuilder variable = new StringBuilder(key.toUpperCase(Locale.ROOT));
        for (int i = 0; i < variable.length(); i++) {
            char letter = variable.charAt(i);
            if (!(letter >= 'A' && letter <= 'Z' || letter >= '0' && letter <= '9')) {
                variable.setCharAt(i, '_');
            }
        }
        return variable.toString();
    }

    private Optional<String> nearest(String variable) {
        return kinds.keySet().stream()
                .filter(key -> Words.distance(variable(key), variable) <= Math.min(NEAR, variable.length() / 4))
                .min(Comparator.comparingInt(key -> Words.distance(variable(key), variable)));
    }
}
