package io.payroute.payment;

import java.util.List;

import jakarta.enterprise.inject.Produces;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.access.RateLimitTable;
import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.quarkus.arc.Unremovable;

import static io.payroute.platform.access.AccessRule.ANY;
import static io.payroute.platform.access.AccessRule.PAGE;
import static io.payroute.platform.access.AccessRule.everybodys;
import static io.payroute.platform.access.AccessRule.open;
import static io.payroute.platform.access.AccessRule.own;

/** The scopes of this role, what its paths need, and that its database may count requests for all processes. */
public class PaymentAccess {

    /** Read payments. */
    public static final Scope READ = new Scope("payments:read");
    /** Make payments. */
    public static final Scope WRITE = new Scope("payments:write");
    /** Capture, cancel and refund them. */
    public static final Scope REFUND = new Scope("refunds:write");
    /** Webhook endpoints of the merchant. */
    public static final Scope WEBHOOKS = new Scope("webhooks:manage");
    /** Payments of orders, over gRPC: initiate them, ask for them, take them back. */
    public static final Scope INITIATE = new Scope("payments:initiate");
    /** Payments of every user. */
    public static final Scope ANY_USER = new Scope("payments:any", true);

    public static final RoleAccess RULES = new RoleAccess(PaymentRole.NAME,
            List.of(READ, WRITE, REFUND, WEBHOOKS, INITIATE, ANY_USER),
            List.of(own("POST", "/pay", WRITE),
                    own("POST", "/noop", WRITE),
                    own("POST", "/process-payment", WRITE),
                    own("GET", "/process-payment", READ),
                    own("POST", "/api/v1/payments", WRITE),
                    own("GET", "/api/v1/payments", READ, "user_id", "order_id", "reference", "provider",
                            "method", "email", "amount", "currency", "created_from", "created_to").with(PAGE),
                    own("GET", "/api/v1/payments/**", READ),
                    own("POST", "/api/v1/payments/*/capture", REFUND),
                    own("POST", "/api/v1/payments/*/cancel", REFUND),
                    own("POST", "/api/v1/payments/*/refunds", REFUND),
                    everybodys("POST", "/api/v1/payments/*/approve", Scope.OPERATE),
                    everybodys("POST", "/api/v1/payments/*/reject", Scope.OPERATE),
                    open("POST", "/webhooks/*").withAny(),
                    everybodys("GET", "/api/v1/webhook-endpoints/*/deliveries", WEBHOOKS, PAGE),
                    everybodys(ANY, "/api/v1/webhook-endpoints/**", WEBHOOKS),
                    everybodys(ANY, "/api/v1/api-keys/**", Scope.KEYS_MANAGE),
                    everybodys("GET", "/api/v1/provider-events", Scope.OPERATE, "provider").with(PAGE),
                    everybodys(ANY, "/api/v1/provider-events/**", Scope.OPERATE),
                    everybodys(ANY, "/api/v1/reconciliations/**", Scope.OPERATE),
                    everybodys("GET", "/ops/payments", Scope.OPERATE, "user_id", "order_id", "reference", "provider", "method",
                            "email", "amount", "currency", "created_from", "created_to").with(PAGE).asPage(),
                    everybodys("GET", "/ops/provider-events", Scope.OPERATE, "provider").with(PAGE).asPage(),
                    everybodys("GET", "/ops/webhooks/*", Scope.OPERATE, PAGE).asPage()));

    @Produces
    @Unremovable
    RoleAccess rules() {
        return RULES;
    }

    @Produces
    @Unremovable
    RateLimitTable rateLimits() {
        return new RateLimitTable(PaymentRole.NAME);
    }
}
