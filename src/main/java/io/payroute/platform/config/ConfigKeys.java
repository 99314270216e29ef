package io.payroute.platform.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Every key of ours and the kind of its value: the packaged application.properties, whose defaults tell the kinds, and the keys
 * that have no default. What begins like one of them and is none is misspelt, or somebody's own and in the way of a later one.
 */
final class ConfigKeys {

    /** What a value must be. */
    enum Kind {
        DURATION("a duration: a number and ms, s, m, h or d, such as 5s"), WHOLE("a whole number"), DECIMAL("a number"), FLAG(
                "true or false"), TEXT("text");

        final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private static final Pattern DURATION = Pattern.compile("[0-9]+(ms|s|m|h|d)");
    private static final Pattern DURATIONS = Pattern.compile(DURATION + "(," + DURATION + ")*");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]+\\.[0-9]+");
    private static final List<String> WITHOUT_DEFAULT = List.of("grpc.client.tls.certificate", "grpc.client.tls.key",
            "grpc.client.tls.trust", "grpc.server.tls.certificate", "grpc.server.tls.client-ca", "grpc.server.tls.key",
            "payment.provider.adyen.webhook-secrets", "payment.provider.paypal.cert-trust-file",
            "payment.provider.paypal.webhook-secrets", "payment.provider.razorpay.webhook-secrets",
            "payment.provider.sandbox.webhook-secrets", "payment.provider.stripe.api-key",
            "payment.provider.stripe.payment-method", "payment.provider.stripe.webhook-secrets", "payroute.bind-address",
            "payroute.crash-passing", "payroute.crash-point", "payroute.embedded.data-dir", "payroute.embedded.home",
            "payroute.grpc.token", "payroute.grpc.tokens", "payroute.http.tokens", "payroute.jwt.audience",
            "payroute.jwt.issuer", "payroute.jwt.public-key", "payroute.jwt.public-key-location", "payroute.jwt.secret",
            "payroute.mode", "smtp.password", "smtp.start-tls", "smtp.username", "webhook.alert-mail",
            "webhook.allowed-addresses", "webhook.secrets-key");
    private static final List<String> NUMBERS_WITHOUT_DEFAULT = List.of("notification.recipient-limit",
            "payroute.embedded.kafka-port", "payroute.embedded.mail-port", "payroute.embedded.postgres-port",
            "payroute.embedded.smtp-port", "payroute.embedded.start-timeout-seconds");
    /** Kafka's own names, which are its affair. */
    private static final List<String> OTHERS = List.of("kafka.security.", "kafka.sasl.", "kafka.ssl.");
    private static final Pattern PROVIDER = Pattern.compile("payment\\.provider\\.([a-z0-9-]+)\\..+");
    private static final int NEAR = 3;
    private static final ConfigKeys PACKAGED = of(packaged());

    private final Map<String, Kind> kinds;
    private final Set<String> prefixes = new HashSet<>();
    private final Set<String> providers = new HashSet<>();

    private ConfigKeys(Map<String, Kind> kinds) {
        this.kinds = kinds;
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

    static ConfigKeys of(Properties defaults) {
        Map<String, Kind> kinds = new TreeMap<>();
        defaults.forEach((key, value) -> {
            String name = key.toString();
            if (!name.startsWith("%") && !name.startsWith("quarkus.") && !name.startsWith("camel.")) {
                kinds.put(name, kindOf(value.toString()));
            }
        });
        WITHOUT_DEFAULT.forEach(key -> kinds.put(key, Kind.TEXT));
        NUMBERS_WITHOUT_DEFAULT.forEach(key -> kinds.put(key, Kind.WHOLE));
        kinds.put("webhook.allow-http", Kind.FLAG);
        return new ConfigKeys(kinds);
    }

    private static Properties packaged() {
        Properties defaults = new Properties();
        try (InputStream file = ConfigKeys.class.getClassLoader().getResourceAsStream("application.properties")) {
            defaults.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return defaults;
    }

    private static Kind kindOf(String value) {
        if (DURATIONS.matcher(value).matches()) {
            return Kind.DURATION;
        }
        if (WHOLE.matcher(value).matches()) {
            return Kind.WHOLE;
        }
        if (DECIMAL.matcher(value).matches()) {
            return Kind.DECIMAL;
        }
        return value.equals("true") || value.equals("false") ? Kind.FLAG : Kind.TEXT;
    }

    Map<String, Kind> kinds() {
        return kinds;
    }

    /** Whether a key looks like one of ours and is none. A provider that we do not know may have keys of its own. */
    boolean isUnknown(String key) {
        if (kinds.containsKey(key) || OTHERS.stream().anyMatch(key::startsWith)
                || prefixes.stream().noneMatch(key::startsWith)) {
            return false;
        }
        var provider = PROVIDER.matcher(key);
        return !provider.matches() || providers.contains(provider.group(1)) || meant(key).isPresent();
    }

    /** The variable of a misspelt key of ours. Others' variables may begin as ours do, so only what is nearly one is meant. */
    Optional<String> meantByVariable(String variable) {
        if (kinds.keySet().stream().anyMatch(key -> variable(key).equals(variable))
                || OTHERS.stream().anyMatch(prefix -> variable.startsWith(variable(prefix)))
                || prefixes.stream().noneMatch(prefix -> variable.startsWith(variable(prefix)))) {
            return Optional.empty();
        }
        return nearest(variable(variable)).map(ConfigKeys::variable);
    }

    Optional<String> meant(String key) {
        return nearest(variable(key));
    }

    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private Optional<String> nearest(String variable) {
        return kinds.keySet().stream().filter(key -> distance(variable(key), variable) <= Math.min(NEAR, variable.length() / 4))
                .min(Comparator.comparingInt(key -> distance(variable(key), variable)));
    }

    /** How many letters must be added, left out or replaced. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
