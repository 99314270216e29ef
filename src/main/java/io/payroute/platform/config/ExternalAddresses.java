package io.payroute.platform.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import io.payroute.platform.Defaults;

/**
 * The variables that name servers run elsewhere. One of them set makes this an external installation, which never falls back
 * to an embedded server: a forgotten address must stop the start, not send payments into a database on local disk.
 */
final class ExternalAddresses {

    /** How a default names a server: the variable, or else the embedded one. */
    private static final Pattern SERVER = Pattern.compile("\\$\\{([A-Z_]+):\\$\\{(embedded\\.[a-z.-]+)}}");
    private static final Pattern ADDRESS = Pattern.compile(".*_(SERVERS|URL|HOST)");

    /**
     * What a process needs to know of a server.
     *
     * @param role that needs it, null when every process does
     */
    private record Need(String variable, String embeddedKey, String role) {
    }

    private static final List<Need> NEEDS = needs(Defaults.packaged());

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

    private static List<Need> needs(Defaults defaults) {
        List<Need> needs = new ArrayList<>();
        defaults.roles().forEach(role -> SERVER.matcher(defaults.text(role)).results()
                .forEach(found -> needs.add(new Need(found.group(1), found.group(2), role))));
        SERVER.matcher(defaults.text()).results().map(found -> new Need(found.group(1), found.group(2), null))
                .filter(need -> needs.stream().noneMatch(one -> one.embeddedKey().equals(need.embeddedKey())))
                .toList().forEach(need -> needs.add(0, need));
        return needs;
    }

    static List<String> all() {
        return NEEDS.stream().map(Need::variable).filter(variable -> ADDRESS.matcher(variable).matches()).toList();
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
        return NEEDS.stream().filter(need -> need.embeddedKey().equals(embeddedKey)).findFirst().map(this::require).orElse("");
    }

    /** What the roles that are on need and nobody has set, each as one sentence with its remedy; empty in embedded mode. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!anyConfigured()) {
            return missing;
        }
        for (Need need : NEEDS) {
            if (!isSet(need.variable())) {
                try {
                    require(need);
                } catch (IllegalStateException e) {
                    missing.add(e.getMessage());
                }
            }
        }
        return missing;
    }

    private String require(Need need) {
        String role = need.role();
        if (role != null && "false".equals(config.apply("role." + role))) {
            return "";
        }
        String remedy = role == null ? "" : " or switch the role off (ROLE_" + role.toUpperCase(Locale.ROOT) + "=false)";
        throw new IllegalStateException(need.variable() + " is missing, while " + String.join(", ", configured())
                + " names a server elsewhere. Set it" + remedy + ".");
    }

    /** By its variable, or by the key that the variable stands for: one that does not fall back to an embedded server. */
    private boolean isSet(String variable) {
        String value = config.apply(variable);
        String own = written.apply(variable.toLowerCase(Locale.ROOT).replace('_', '.').replace("bootstrap.", "bootstrap-"));
        return value != null && !value.isBlank() || own != null && !own.isBlank() && !own.contains("${embedded.");
    }
}
