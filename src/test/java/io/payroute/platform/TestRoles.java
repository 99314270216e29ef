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

    public static Roles payment() {
        return new Roles(new SmallRyeConfigBuilder().withDefaultValue("role.notification", "false").build());
    }

    public static Roles notification() {
        return new Roles(new SmallRyeConfigBuilder().withDefaultValue("role.payment", "false").build());
    }
}
