package io.payroute.platform;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.Config;

/** The roles of this process: {@code role.<name>}, all on unless switched off. */
@ApplicationScoped
public class Roles {

    /** Every role there is; each has a package, a routes directory and a consumer group of its name. */
    public static final List<String> ALL = Defaults.packaged().roles();

    /** Those that have a database of their name. */
    public static final List<String> WITH_DATABASE = Defaults.packaged().withDatabase();

    private final List<String> active;

    Roles(Config config) {
        active = ALL.stream().filter(role -> config.getOptionalValue("role." + role, Boolean.class).orElse(true)).toList();
        if (active.isEmpty()) {
            throw new IllegalStateException(
                    "No role is switched on: set at least one of ROLE_" + String.join(", ROLE_", ALL).toUpperCase()
                            + " to true.");
        }
    }

    public List<String> active() {
        return active;
    }

    /** Those that are on and have a database. */
    public List<String> withDatabase() {
        return active.stream().filter(WITH_DATABASE::contains).toList();
    }

    public boolean isActive(String role) {
        return active.contains(role);
    }
}
