package io.payroute.aggregator;

import java.util.List;

import jakarta.enterprise.inject.Produces;

import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.quarkus.arc.Unremovable;

/** The scope of this role: who has it sees every provider's payments. */
public class AggregatorAccess {

    /** List and stream what all providers tell. */
    public static final Scope READ = new Scope("aggregator:read");

    public static final RoleAccess RULES = new RoleAccess(AggregatorRole.NAME, List.of(READ), List.of());

    @Produces
    @Unremovable
    RoleAccess rules() {
        return RULES;
    }
}
