package io.payroute.platform.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.route.RoleFiles.Problem;
import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Checks the whole configuration before anything is started by it, and reports everything that is wrong in one message: values
 * that cannot be read, keys that do not exist, addresses and secrets that are missing. Each line names the key and the remedy,
 * and no value, which might be a secret in the wrong place.
 */
final class ConfigCheck {

    private static final String RECORD_METADATA = "camel.component.kafka.record-metadata";

    /** Camel reads its own keys with dashes, in camel case and as variables. */
    private static final List<String> RELOADS = List.of("camelmainroutesreloadenabled", "camelmaincontextreloadenabled");

    private final ConfigKeys keys;
    private final UnaryOperator<String> config;
    private final ExternalAddresses external;

    /** @param config gives the value of a key, or null */
    ConfigCheck(ConfigKeys keys, UnaryOperator<String> config, ExternalAddresses external) {
        this.keys = keys;
        this.config = config;
        this.external = external;
    }

    void check(Iterable<String> names, List<String> more) {
        check(names, more, List.of());
    }

    /**
     * @param names of all keys and variables that are set
     * @param more that is known to be wrong, a line each
     * @param placed what is wrong with keys of the folder, where it stands there
     * @throws ConfigurationException with one line for each thing that is wrong
     */
    void check(Iterable<String> names, List<String> more, List<Problem> placed) {
        List<String> wrong = new ArrayList<>(more);
        keys.kinds().forEach((key, kind) -> {
            String value = value(key);
            if (value != null && !kind.fits(value)) {
                wrong.add(keys.malformed(key));
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
                wrong.add(keys.unknown(name));
            }
        }
        if (!Boolean.parseBoolean(Objects.requireNonNullElse(value(RECORD_METADATA), "true"))) {
            wrong.add(RECORD_METADATA + " (" + ConfigKeys.variable(RECORD_METADATA)
                    + ") must be true: by it the outbox knows what "
                    + "Kafka has acknowledged, and without it no event would ever leave its table.");
        }
        sorted.stream().filter(name -> RELOADS.contains(letters(name)) && Boolean.parseBoolean(value(name)))
                .forEach(name -> wrong
                        .add(name + " must not be set: Camel would change routes unchecked, and take them down with a "
                                + "file that does not start. Use payroute.config.watch, or POST /api/v1/routes/reload."));
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
        placed.forEach(problem -> wrong
                .replaceAll(what -> what.equals(problem.text())
                        ? problem.file() + ":" + problem.line() + ": " + what
                        : what));
        if (!wrong.isEmpty()) {
            throw new ConfigurationException(
                    wrong.stream()
                            .collect(Collectors.joining("\n  ", "The configuration is wrong, nothing was started:\n  ", "")));
        }
    }

    private static String letters(String name) {
        return name.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
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
}
