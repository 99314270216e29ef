package io.payroute.messaging;

import javax.sql.DataSource;

import io.payroute.runtime.TestRoles;
import io.payroute.testing.Beans;

/** The dead letters of role payment in a test without a container. */
public final class TestDeadLetters {

    private TestDeadLetters() {
    }

    public static DeadLetterStep step(DataSource dataSource) {
        return new DeadLetterStep(new RoleDeadLetters(TestRoles.payment(), TestRoles.databases(dataSource), Beans.of()));
    }
}
