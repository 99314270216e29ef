package io.payroute.platform;

import javax.sql.DataSource;

import io.payroute.testing.Beans;
import io.smallrye.config.SmallRyeConfigBuilder;

/** The roles and databases of a test without a container. */
public final class TestRoles {

    private TestRoles() {
    }

    public static RoleDatabases databases(DataSource dataSource) {
        return new RoleDatabases(Beans.of()) {
            @Override
            public DataSource of(String role) {
                return dataSource;
            }
        };
    }

    /** Every role is on, but maybe this one. */
    public static Roles with(String role, boolean on) {
        return new Roles(new SmallRyeConfigBuilder().withDefaultValue("role." + role, Boolean.toString(on)).build());
    }

    public static Roles payment() {
        return alone("payment");
    }

    public static Roles notification() {
        return alone("notification");
    }

    private static Roles alone(String role) {
        SmallRyeConfigBuilder others = new SmallRyeConfigBuilder();
        Roles.ALL.stream().filter(other -> !other.equals(role))
                .forEach(other -> others.withDefaultValue("role." + other, "false"));
        return new Roles(others.build());
    }
}
