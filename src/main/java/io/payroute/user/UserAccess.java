package io.payroute.user;

import java.util.List;

import jakarta.enterprise.inject.Produces;

import io.payroute.platform.access.AccessRule;
import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.quarkus.arc.Unremovable;

/** The scopes of this role, those that it gives to people, and what its paths need. */
public class UserAccess {

    /** Register people and log them in, over gRPC. */
    public static final Scope SERVE = new Scope("users:serve");
    /** Buy, for oneself: everybody who is logged in. */
    public static final Scope BUY = new Scope("shop:buy");
    /** Products and their stock: administrators. */
    public static final Scope CATALOG = new Scope("catalog:manage");

    public static final RoleAccess RULES = new RoleAccess(UserRole.NAME, List.of(SERVE, BUY, CATALOG),
            List.of(AccessRule.open("GET", "/.well-known/jwks.json"),
                    AccessRule.everybodys("PUT", "/api/v1/users/*/admin", Scope.OPERATE),
                    AccessRule.everybodys("DELETE", "/api/v1/users/*/admin", Scope.OPERATE)));

    @Produces
    @Unremovable
    RoleAccess rules() {
        return RULES;
    }
}
