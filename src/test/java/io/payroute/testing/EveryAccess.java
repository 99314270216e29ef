package io.payroute.testing;

import java.util.List;

import io.payroute.aggregator.AggregatorAccess;
import io.payroute.gateway.GatewayAccess;
import io.payroute.inventory.InventoryAccess;
import io.payroute.notification.NotificationAccess;
import io.payroute.order.OrderBeans;
import io.payroute.payment.PaymentAccess;
import io.payroute.platform.access.RoleAccess;
import io.payroute.product.ProductBeans;
import io.payroute.user.UserAccess;

/** What the roles declare of who may do what. */
public final class EveryAccess {

    public static final List<RoleAccess> RULES = List.of(PaymentAccess.RULES, NotificationAccess.RULES, InventoryAccess.RULES,
            UserAccess.RULES, ProductBeans.ACCESS, OrderBeans.ACCESS,
            GatewayAccess.RULES, AggregatorAccess.RULES);

    private EveryAccess() {
    }
}
