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

/** What the paths of this role need, and that its database may count requests for all processes. */
public class PaymentAccess {

    public static final RoleAccess RULES = new RoleAccess(PaymentRole.NAME,
            List.of(own("POST", "/pay", Scope.PAYMENTS_WRITE),
                    own("POST", "/noop", Scope.PAYMENTS_WRITE),
                    own("POST", "/process-payment", Scope.PAYMENTS_WRITE),
                    own("GET", "/process-payment", Scope.PAYMENTS_READ),
                    own("POST", "/api/v1/payments", Scope.PAYMENTS_WRITE),
                    own("GET", "/api/v1/payments", Scope.PAYMENTS_READ, "user_id", "order_id", "reference", "provider",
                            "method", "email", "amount", "currency", "created_from", "created_to").with(PAGE),
                    own("GET", "/api/v1/payments/**", Scope.PAYMENTS_READ),
                    own("POST", "/api/v1/payments/*/capture", Scope.REFUNDS_WRITE),
                    own("POST", "/api/v1/payments/*/cancel", Scope.REFUNDS_WRITE),
                    own("POST", "/api/v1/payments/*/refunds", Scope.REFUNDS_WRITE),
                    open("POST", "/webhooks/*").withAny(),
                    everybodys("GET", "/api/v1/webhook-endpoints/*/deliveries", Scope.WEBHOOKS_MANAGE, PAGE),
                    everybodys(ANY, "/api/v1/webhook-endpoints/**", Scope.WEBHOOKS_MANAGE),
                    everybodys(ANY, "/api/v1/api-keys/**", Scope.KEYS_MANAGE),
                    everybodys("GET", "/api/v1/provider-events", Scope.OPERATE, "provider").with(PAGE),
                    everybodys(ANY, "/api/v1/provider-events/**", Scope.OPERATE),
                    everybodys(ANY, "/api/v1/reconciliations/**", Scope.OPERATE)));

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
