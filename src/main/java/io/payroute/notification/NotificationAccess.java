package io.payroute.notification;

import java.util.List;
import java.util.Map;

import jakarta.enterprise.inject.Produces;

import io.payroute.platform.access.AccessRule;
import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.payroute.platform.page.PageLink;
import io.quarkus.arc.Unremovable;

/** The scope of this role, and what its paths need. */
public class NotificationAccess {

    /** Send messages in one's own words, over gRPC. */
    public static final Scope SEND = new Scope("notifications:send");

    public static final RoleAccess RULES = new RoleAccess(NotificationRole.NAME, List.of(SEND),
            List.of(AccessRule.everybodys("GET", "/api/v1/notifications", Scope.OPERATE, "kind", "payment_id", "recipient")
                    .with(AccessRule.PAGE),
                    AccessRule.everybodys(AccessRule.ANY, "/api/v1/notifications/**", Scope.OPERATE),
                    AccessRule.everybodys("GET", "/ops/notifications", Scope.OPERATE, "kind", "payment_id", "recipient")
                            .with(AccessRule.PAGE).asPage()));

    @Produces
    @Unremovable
    PageLink page() {
        return new PageLink(NotificationRole.NAME, "/ops/notifications", "Notifications",
                Map.of(SendNotifications.QUEUE, "?status=queued"));
    }

    @Produces
    @Unremovable
    RoleAccess rules() {
        return RULES;
    }
}
