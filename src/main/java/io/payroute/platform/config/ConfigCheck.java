package io.payroute.platform.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.config.ConfigKeys.Kind;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;

/**
 * Checks the whole configuration before anything is started by it, and reports everything that is wrong in one message: values
 * that cannot be read, keys that do not exist, addresses and secrets that are missing. Each line names the key and the remedy,
 * and no value, which might be a secret in the wrong place.
 */
final class ConfigCheck {

    /** Java also takes yes, on and 1, and none of them is true to a route. */
    private static final List<String> FLAGS = List.of("true", "false");

    private static final String RECORD_METADATA = "camel.component.kafka.record-metadata";

    private final ConfigKeys keys;
    private final UnaryOperator<String> config;
    private final ExternalAddresses external;

    /** @param config gives the value of a key, or null */
    ConfigCheck(ConfigKeys keys, UnaryOperator<String> config, ExternalAddresses external) {
        this.keys = keys;
        this.config = config;
        this.external = external;
    }

    /**
     * @param names of all keys and variables that are set
     * @throws ConfigurationException with one line for each thing that is wrong
     */
    void check(Iterable<String> names) {
        List<String> wrong = new ArrayList<>();
        keys.kinds().forEach((key, kind) -> {
            String value = value(key);
            if (value != null && !isOf(kind, value)) {
                wrong.add(key + " (" + ConfigKeys.variable(key) + ") must be " + kind.words + ".");
            }
        });
        TreeSet<String> sorted = new TreeSet<>();
        names.forEach(sorted::add);
        for (String name : sorted) {
            Optional<String> renamed = keys.renamed(name);
            if (renamed.isPresent()) {
                wrong.add(name + " is now " + renamed.get() + ": rename it.");
            } else if (ConfigKeys.isVariable(name)) {
                keys.meantByVariable(name)
                        .ifPresent(meant -> wrong.add(name + " is no variable of Payroute: did you mean " + meant + "?"));
            } else if (keys.isUnknown(name)) {
                wrong.add(name + " is no key of Payroute: " + keys.meant(name).map(meant -> "did you mean " + meant + "?")
                        .orElse("remove it, or give your own keys another prefix."));
            }
        }
        if (!Boolean.parseBoolean(Objects.requireNonNullElse(value(RECORD_METADATA), "true"))) {
            wrong.add(RECORD_METADATA + " (" + ConfigKeys.variable(RECORD_METADATA)
                    + ") must be true: by it the outbox knows what "
                    + "Kafka has acknowledged, and without it no event would ever leave its table.");
        }
        String folder = value(ConfigFolder.KEY);
        if (folder != null && !ConfigFolder.at(Path.of(folder)).exists()) {
            wrong.add(ConfigFolder.KEY + " (" + ConfigFolder.VARIABLE
                    + ") names no folder that is there: make it, or leave the key "
                    + "out; then a folder config counts where the process starts, if there is one.");
        }
        wrong.addAll(external.missing());
        if (external.anyConfigured() && List.of("payroute.http.tokens", "payroute.jwt.issuer").stream()
                .allMatch(key -> value(key) == null)) {
            wrong.add(
                    "PAYROUTE_HTTP_TOKENS is missing: external mode takes requests with a token only. Set it to name:token, for "
                            + "example PAYROUTE_HTTP_TOKENS=shop:$(openssl rand -hex 32), or take an issuer's by PAYROUTE_JWT_ISSUER.");
        }
        if (!wrong.isEmpty()) {
            throw new ConfigurationException(
                    wrong.stream()
                            .collect(Collectors.joining("\n  ", "The configuration is wrong, nothing was started:\n  ", "")));
        }
    }

    /** @return null when it is not set, or stands for a server that is not started yet */
    private String value(String key) {
        try {
            String value = config.apply(key);
            return value == null || value.isBlank() ? null : value;
        } catch (NoSuchElementException e) {
            return null;
        }
    }

    private static boolean isOf(Kind kind, String value) {
        return switch (kind) {
            case DURATION -> List.of(value.split(",")).stream().allMatch(one -> isDuration(one.strip()));
            case SIZE -> value.strip().matches("[0-9]{1,9}[KMGkmg]?");
            case COUNT -> value.strip().matches("[0-9]{1,9}");
            case PERCENT -> value.strip().matches("[0-9]{1,2}|100");
            case WHOLE -> value.strip().matches("[+-]?[0-9]{1,9}");
            case DECIMAL -> value.strip().matches("[0-9]{1,9}(\\.[0-9]+)?");
            case FLAG -> FLAGS.contains(value);
            case TEXT -> true;
        };
    }

    /** With a unit: a number alone is milliseconds to Camel, and seconds to Quarkus. */
    private static boolean isDuration(String value) {
        if (value.matches("[+-]?[0-9]+")) {
            return false;
        }
        try {
            Duration duration = DurationConverter.parseDuration(value);
            return duration == null || !duration.isNegative();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
