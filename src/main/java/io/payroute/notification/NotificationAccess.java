package io.payroute.notification;

import java.util.List;

import jakarta.enterprise.inject.Produces;

import io.payroute.platform.access.AccessRule;
import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.quarkus.arc.Unremovable;

/** What the paths of this role need. */
public class NotificationAccess {

    public static final RoleAccess RULES = new RoleAccess(NotificationRole.NAME,
            List.of(AccessRule.everybodys("GET", "/api/v1/notifications", Scope.OPERATE, "payment_id", "recipient")
                    .with(AccessRule.PAGE),
                    AccessRule.everybodys(AccessRule.ANY, "/api/v1/notifications/**", Scope.OPERATE)));

    @Produces
    @Unremovable
    RoleAccess rules() {
        return RULES;
    }
}
