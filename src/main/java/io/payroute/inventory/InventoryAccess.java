package io.payroute.inventory;

import java.util.List;

import jakarta.enterprise.inject.Produces;

import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.quarkus.arc.Unremovable;

/** The scope of this role. It has no path: it is called over gRPC, by other roles. */
public class InventoryAccess {

    /** Reserve, sell, release and change stock, over gRPC. */
    public static final Scope SERVE = new Scope("inventory:serve");

    public static final RoleAccess RULES = new RoleAccess(InventoryRole.NAME, List.of(SERVE), List.of());

    @Produces
    @Unremovable
    RoleAccess rules() {
        return RULES;
    }
}
