package io.payroute.order;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.order.model.Order;
import io.payroute.order.model.OrderRole;
import io.payroute.order.model.OrderSaga;
import io.payroute.order.model.SagaFact;
import io.payroute.order.model.SagaStep;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.order.CancelOrderRequest;
import io.payroute.proto.order.OrderResponse;

/**
 * Turns an order onto its way back, whatever step it is at, in one transaction: the claim of a step that is under way is outdated by
 * it. Cancelling twice is cancelling once.
 */
@ApplicationScoped
@Named("cancelOrder")
public class CancelOrder {

    private static final String REASON = "cancelled by the customer";
    /** Before the order's row, as everywhere; an order that needs nothing is looked at again, so that there is one to lock. */
    private static final String LOCK_SAGA = """
            INSERT INTO order_saga AS s (order_id, step) SELECT id, 'await-payment' FROM orders WHERE id = ?
            ON CONFLICT (order_id) DO UPDATE SET step = s.step RETURNING step""";
    private static final String TURN = """
            UPDATE order_saga SET step = ?, claim = nextval('order_claim'), due_at = now(), leased_until = NULL, failures = 0,
              reason = NULL, since = now()
            WHERE order_id = ?""";
    private static final String BECOME = """
            WITH changed AS (
              UPDATE orders SET status = ?, reason = ?, payment_url = NULL, payment_secret = NULL, updated_at = now()
              WHERE id = ? RETURNING id)
            INSERT INTO order_transition (order_id, from_status, to_status, reason) SELECT id, ?, ?, ? FROM changed""";

    private final DataSource dataSource;
    private final String topic;

    CancelOrder(RoleDatabases databases, @ConfigProperty(name = "topic.order-status-updated") String topic) {
        this.dataSource = databases.of(OrderRole.NAME);
        this.topic = topic;
    }

    /** @throws Refusal when there is no such order for this user, or it has ended another way */
    public OrderResponse cancel(@Body CancelOrderRequest request) throws Exception {
        UUID id = FindOrders.id(request.getOrderId());
        OrderResponse cancelled = Sql.inTransaction(dataSource, connection -> cancel(connection, id, request.getUserId()));
        CrashPoint.reached("order-cancelled");
        return cancelled;
    }

    private OrderResponse cancel(Connection connection, UUID id, String user) throws SQLException {
        SagaStep step = Sql.query(connection, LOCK_SAGA, row -> SagaStep.ofWord(row.getString(1)), id).stream().findFirst()
                .orElseThrow(FindOrders::noOrder);
        Order order = FindOrders.lock(connection, id).filter(found -> user.isEmpty() || user.equals(found.userId()))
                .orElseThrow(FindOrders::noOrder);
        OrderSaga.Next next = OrderSaga.decide(order.status(), step, SagaFact.CANCEL_REQUESTED)
                .orElseThrow(() -> Refusal.conflict(
                        "An order that is " + order.status() + " cannot be cancelled."));
        if (next.step() != step) {
            Sql.update(connection, TURN, next.step().word(), id);
        }
        if (next.status() != order.status()) {
            Sql.update(connection, BECOME, next.status().name(), REASON, id, order.status().name(), next.status().name(),
                    REASON);
            Outbox.add(connection, OrderMessages.event(topic, OrderMessages.STATUS_UPDATED, order, next.status(), REASON));
        }
        return OrderMessages.response(FindOrders.find(connection, id).orElseThrow());
    }
}
