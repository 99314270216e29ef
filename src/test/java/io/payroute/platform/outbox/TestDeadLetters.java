package io.payroute.platform.outbox;

import javax.sql.DataSource;

import io.payroute.platform.TestRoles;
import io.payroute.testing.Beans;

/** Dead letters of tests without a container. */
public final class TestDeadLetters {

    private TestDeadLetters() {
    }

    /** Those of role payment. */
    public static RoleDeadLetters of(DataSource dataSource) {
        return new RoleDeadLetters(TestRoles.payment(), TestRoles.databases(dataSource), Beans.of());
    }
}
