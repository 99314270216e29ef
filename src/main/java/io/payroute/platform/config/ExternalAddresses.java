package io.payroute.platform.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.payroute.platform.Roles;

/**
 * The variables that name servers run elsewhere. One of them set makes this an external installation, which never falls back
 * to an embedded server: a forgotten address must stop the start, not send payments into a database on local disk.
 */
final class ExternalAddresses {

    static final String KAFKA = "KAFKA_BOOTSTRAP_SERVERS";
    static final String SMTP = "SMTP_HOST";
    static final String JDBC_SUFFIX = "_JDBC_URL";

    /** The roles that store something, each in a database of its own. */
    static final List<String> ROLES_WITH_DATABASE = Roles.ALL;

    private static final Pattern DATABASE_KEY = Pattern
            .compile("embedded\\.postgres\\.([a-z]+)\\.(jdbc-url|username|password)");

    private final UnaryOperator<String> config;
    private final UnaryOperator<String> written;

    /**
     * @param config gives the value of a key, or null
     * @param written gives it as it is written, before expressions in it are replaced
     */
    ExternalAddresses(UnaryOperator<String> config, UnaryOperator<String> written) {
        this.config = config;
        this.written = written;
    }

    static List<String> all() {
        List<String> all = new ArrayList<>();
        all.add(KAFKA);
        ROLES_WITH_DATABASE.forEach(role -> all.add(role.toUpperCase(Locale.ROOT) + JDBC_SUFFIX));
        all.add(SMTP);
        return all;
    }

    List<String> configured() {
        return all().stream().filter(this::isSet).toList();
    }

    boolean anyConfigured() {
        return !configured().isEmpty();
    }

    /**
     * What an embedded key answers in an external installation.
     *
     * @return empty where this process needs no value, because the role is off or nothing stands in for it
     * @throws IllegalStateException if the process needs the value: names what is set, what is missing and the remedy
     */
    String answerFor(String embeddedKey) {
        Matcher database = DATABASE_KEY.matcher(embeddedKey);
        if (database.matches()) {
            String role = database.group(1);
            String variable = role + "_" + database.group(2).replace("jdbc-url", "url").replaceAll("^", "jdbc_");
            return require(variable.toUpperCase(Locale.ROOT), role);
        }
        return switch (embeddedKey) {
            case "embedded.kafka.bootstrap-servers" -> require(KAFKA, null);
            case "embedded.smtp.host" -> require(SMTP, "notification");
            case "embedded.smtp.port" -> require("SMTP_PORT", "notification");
            default -> "";
        };
    }

    /** What the roles that are on need and nobody has set, each as one sentence with its remedy; empty in embedded mode. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!anyConfigured()) {
            return missing;
        }
        List<String> needed = new ArrayList<>(List.of("embedded.kafka.bootstrap-servers"));
        for (String role : ROLES_WITH_DATABASE) {
            List.of("jdbc-url", "username", "password").forEach(what -> needed.add("embedded.postgres." + role + '.' + what));
        }
        needed.addAll(List.of("embedded.smtp.host", "embedded.smtp.port"));
        for (String key : needed) {
            String variable = variable(key);
            if (!isSet(variable)) {
                try {
                    answerFor(key);
                } catch (IllegalStateException e) {
                    missing.add(e.getMessage());
                }
            }
        }
        return missing;
    }

    /** The variable that stands for an embedded server's key. */
    private static String variable(String embeddedKey) {
        return embeddedKey.replaceFirst("^embedded\\.(postgres\\.)?", "").replaceFirst("\\.(username|password)$", ".jdbc.$1")
                .toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private String require(String variable, String role) {
        if (role != null && "false".equalsIgnoreCase(config.apply("role." + role))) {
            return "";
        }
        String remedy = role == null ? "" : " or switch the role off (ROLE_" + role.toUpperCase(Locale.ROOT) + "=false)";
        throw new IllegalStateException(variable + " is missing, while " + String.join(", ", configured())
                + " names a server elsewhere. Set it" + remedy + ".");
    }

    /** By its variable, or by the key that the variable stands for: one that does not fall back to an embedded server. */
    private boolean isSet(String variable) {
        String value = config.apply(variable);
        String own = written.apply(variable.toLowerCase(Locale.ROOT).replace('_', '.').replace("bootstrap.", "bootstrap-"));
        return value != null && !value.isBlank() || own != null && !own.isBlank() && !own.contains("${embedded.");
    }
}
