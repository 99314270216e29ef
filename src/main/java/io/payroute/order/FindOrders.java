package io.payroute.order;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.payroute.money.Money;
import io.payroute.order.model.Order;
import io.payroute.order.model.OrderStatus;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonArray;

/** Reads orders with their items, one row each. */
final class FindOrders {

    /** To be joined to a row of {@code orders o}. */
    static final String ITEMS = """
            CROSS JOIN LATERAL (
              SELECT json_agg(json_build_array(product_id, name, quantity, price_minor) ORDER BY position)::text AS items
              FROM order_item WHERE order_id = o.id) i
            """;
    private static final String FIND = "SELECT o.*, i.items FROM orders o " + ITEMS + "WHERE o.id = ?";
    private static final String LOCK = FIND + " FOR NO KEY UPDATE OF o";

    private static final String FIND_ALL = "SELECT o.*, i.items FROM orders o " + ITEMS + "WHERE o.id = ANY (?)";

    private FindOrders() {
    }

    static Optional<Order> find(Connection connection, UUID id) throws SQLException {
        return Sql.query(connection, FIND, FindOrders::order, id).stream().findFirst();
    }

    /** @return for each id its order, if there is one */
    static List<Optional<Order>> all(DataSource dataSource, List<UUID> ids) throws SQLException {
        Map<UUID, Order> found = Sql.query(dataSource, FIND_ALL, FindOrders::order, Sql.column("uuid", ids, id -> id)).stream()
                .collect(Collectors.toMap(Order::id, order -> order));
        return ids.stream().map(id -> Optional.ofNullable(found.get(id))).toList();
    }

    static Optional<Order> lock(Connection connection, UUID id) throws SQLException {
        return Sql.query(connection, LOCK, FindOrders::order, id).stream().findFirst();
    }

    static Order order(ResultSet row) throws SQLException {
        return new Order(row.getObject("id", UUID.class), row.getString("user_id"), row.getString("address"),
                row.getString("method"), new Money(row.getLong("amount_minor"), row.getString("currency")),
                OrderStatus.valueOf(row.getString("status")), row.getString("reason"),
                row.getObject("payment_id", UUID.class), row.getString("payment_url"), row.getString("payment_secret"),
                items(row.getString("items")), Sql.instant(row, "created_at"), Sql.instant(row, "updated_at"));
    }

    private static List<Order.Item> items(String json) {
        JsonArray rows = new JsonArray(json);
        return rows.stream().map(JsonArray.class::cast).map(item -> new Order.Item(UUID.fromString(item.getString(0)),
                item.getString(1), item.getInteger(2), item.getLong(3))).toList();
    }

    /** What is no UUID is the id of no order. */
    static UUID id(String text) {
        try {
            return Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw noOrder();
        }
    }

    static Refusal noOrder() {
        return Refusal.notFound("There is no order with this id.");
    }
}
