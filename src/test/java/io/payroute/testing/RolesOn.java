package io.payroute.testing;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.payroute.platform.Roles;

/** Which roles a process of a test has: those that nobody looks at would take half of its start. */
public final class RolesOn {

    private RolesOn() {
    }

    /** The keys that switch these on and all others off. */
    public static Map<String, String> alone(String... roles) {
        return Roles.ALL.stream().collect(Collectors.toMap(role -> "role." + role,
                role -> Boolean.toString(List.of(roles).contains(role))));
    }

    public static Map<String, String> all() {
        return alone(Roles.ALL.toArray(String[]::new));
    }
}
