package io.payroute.gateway;

import java.util.List;
import java.util.stream.Stream;

import jakarta.enterprise.inject.Produces;

import io.payroute.platform.access.AccessRule;
import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.quarkus.arc.Unremovable;

import static io.payroute.platform.access.AccessRule.everybodys;
import static io.payroute.platform.access.AccessRule.open;
import static io.payroute.platform.access.AccessRule.own;

/**
 * What the paths of the shop need. Whoever buys has to be logged in, in every mode; only the role user gives out these two scopes by a
 * login, and a caller who is nobody's person, an operator, has them like all others.
 */
public class GatewayAccess {

    /** Buy, for oneself. */
    static final Scope BUY = new Scope("shop:buy");
    /** Products and their stock. */
    static final Scope CATALOG = new Scope("catalog:manage");
    /** Messages to anybody. */
    static final Scope SEND = new Scope("notifications:send");

    private static final String[] PAGE = {"page", "page_size", "pageSize"};

    public static final RoleAccess RULES = new RoleAccess(GatewayRole.NAME, List.of(),
            Stream.of(own("POST", "/orders", BUY), own("GET", "/orders/*", BUY),
                    own("GET", "/orders", BUY, PAGE).with("user_id"),
                    own("POST", "/orders/*/cancel", BUY), open("GET", "/products").with(PAGE).with("search"),
                    own("GET", "/products/*", BUY), own("GET", "/inventory/*", BUY), own("POST", "/products", CATALOG),
                    own("PUT", "/products/*", CATALOG), own("DELETE", "/products/*", CATALOG),
                    open("POST", "/users").byAddress(),
                    open("POST", "/user/auth").byAddress(), open("POST", "/user/refresh").byAddress(),
                    own("GET", "/users/*", BUY),
                    own("POST", "/payments/initiate", BUY), own("GET", "/payments/status/*", BUY),
                    everybodys("POST", "/notifications/email", SEND), everybodys("POST", "/notifications/sms", SEND))
                    .map(AccessRule::proven).map(AccessRule::inEnvelope).toList());

    @Produces
    @Unremovable
    RoleAccess rules() {
        return RULES;
    }
}
