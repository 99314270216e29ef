package io.payroute.order;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.order.model.OrderRole;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentStatusUpdated;

/**
 * Makes the orders of payment events due, many in one statement. An event says no more than that a payment is worth looking at: who
 * may write to the topic cannot make an order paid, and one that comes twice, late or out of order does no harm.
 */
@ApplicationScoped
@Named("wakeOrders")
public class WakeOrders {

    /**
     * The rows are locked first, and in the order of their ids, as {@link SettleSaga} locks them: one that a result takes away
     * meanwhile is there again.
     */
    static final String WAKE = """
            WITH told AS MATERIALIZED (SELECT DISTINCT id FROM unnest(?::uuid[]) AS t(id) ORDER BY id),
            held AS MATERIALIZED (
              SELECT s.order_id FROM told t CROSS JOIN LATERAL (
                SELECT order_id FROM order_saga WHERE order_id = t.id LIMIT 1 FOR UPDATE) s),
            woken AS (
              UPDATE order_saga s SET woken = true, due_at = CASE WHEN step = 'await-payment' THEN now() ELSE due_at END
              WHERE s.order_id = ANY (ARRAY (SELECT order_id FROM held)) RETURNING order_id)
            INSERT INTO order_saga (order_id, step)
            SELECT o.id, 'await-payment' FROM told t CROSS JOIN LATERAL (
              SELECT id FROM orders WHERE id = t.id LIMIT 1) o
            WHERE (o.id IN (SELECT order_id FROM woken)) IS NOT TRUE
            ON CONFLICT (order_id) DO NOTHING""";

    /** No outcome yet, and every payment says so once: looking at each would be as much work as reserving its items. */
    private static final String UNDER_WAY = "processing";

    private final DataSource dataSource;

    WakeOrders(RoleDatabases databases) {
        this.dataSource = databases.of(OrderRole.NAME);
    }

    /** Takes a batch; what is no event of a payment is a dead letter. */
    public void wake(Exchange batch) throws SQLException {
        List<UUID> orders = new ArrayList<>();
        for (Object one : batch.getMessage().getBody(List.class)) {
            KafkaRecord record = (KafkaRecord) one;
            try {
                PaymentStatusUpdated event = PaymentStatusUpdated.parseFrom(record.value());
                UUID order = order(event.getOrderId());
                if (order != null && !event.getStatus().equals(UNDER_WAY)) {
                    orders.add(order);
                }
            } catch (InvalidProtocolBufferException e) {
                record.refuse(batch.getFromRouteId(), e);
            }
        }
        if (!orders.isEmpty()) {
            Sql.update(dataSource, WAKE, Sql.column("uuid", orders, id -> id));
            CrashPoint.reached("orders-woken");
        }
    }

    /** Null for a payment that is none of an order's here. */
    private static UUID order(String id) {
        try {
            return Ids.parse(id);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
