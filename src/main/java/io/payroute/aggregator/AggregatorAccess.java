package io.payroute.aggregator;

import java.util.List;

import jakarta.enterprise.inject.Produces;

import io.payroute.platform.access.AccessRule;
import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.payroute.platform.page.PageLink;
import io.quarkus.arc.Unremovable;

/** The scope of this role: who has it sees every provider's payments. */
public class AggregatorAccess {

    /** List and stream what all providers tell. */
    public static final Scope READ = new Scope("aggregator:read");

    public static final RoleAccess RULES = new RoleAccess(AggregatorRole.NAME, List.of(READ),
            List.of(AccessRule.everybodys("GET", "/api/v1/aggregator/payments", READ, "provider", "status", "limit", "cursor"),
                    AccessRule.everybodys("GET", "/api/v1/aggregator/stream", READ, "topic", "provider", "status", "cursor"),
                    AccessRule.everybodys("GET", "/aggregator", READ, "provider", "status", "limit", "cursor").asPage(),
                    AccessRule.everybodys("GET", "/aggregator/stream", READ, "provider", "status", "cursor").asPage()));

    @Produces
    @Unremovable
    PageLink page() {
        return new PageLink(AggregatorRole.NAME, "/aggregator", "All providers");
    }

    @Produces
    @Unremovable
    RoleAccess rules() {
        return RULES;
    }
}
