package io.payroute.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.payroute.platform.sql.Sql;

/**
 * What must hold in a shop when nothing is left to do. The databases of three roles cannot be joined, so what they say of an order
 * is read into tables of this connection's own: {@code orders} and what belongs to it is there, {@code said_reservation},
 * {@code said_stock} and {@code said_payment} are copies.
 */
final class ShopRules {

    private static final String SOLD = """
            (SELECT product_id::text AS product_id, sum(quantity) AS pieces FROM order_item i JOIN orders o ON o.id = i.order_id
             WHERE o.status = 'PAID' GROUP BY product_id)""";

    static final List<CheckRules.Rule> RULES = List.of(
            new CheckRules.Rule("ordered-twice", "SELECT address || ' has ' || count(*) || ' orders' FROM orders "
                    + "GROUP BY user_id, address HAVING count(*) > 1"),
            new CheckRules.Rule("not-ended", "SELECT id || ' is ' || status FROM orders WHERE status = 'PENDING'"),
            new CheckRules.Rule("step-left", "SELECT order_id || ' is at ' || step FROM order_saga"),
            new CheckRules.Rule("event-left", "SELECT topic || ' ' || event_id FROM outbox"),
            new CheckRules.Rule("dead-letter", "SELECT source || ': ' || cause FROM dead_letter"),
            new CheckRules.Rule("wrong-sum", """
                    SELECT o.id::text FROM orders o WHERE amount_minor <> coalesce(
                      (SELECT sum(quantity * price_minor) FROM order_item WHERE order_id = o.id), 0)"""),
            new CheckRules.Rule("path-ends-elsewhere", """
                    SELECT o.id || ' is ' || o.status FROM orders o
                    LEFT JOIN (SELECT DISTINCT ON (order_id) order_id, to_status FROM order_transition ORDER BY order_id, id DESC) t
                      ON t.order_id = o.id
                    WHERE o.status <> coalesce(t.to_status, 'PENDING')"""),
            new CheckRules.Rule("changed-twice", "SELECT order_id || ' became ' || to_status FROM order_transition "
                    + "GROUP BY order_id, to_status HAVING count(*) > 1"),
            new CheckRules.Rule("paid-without-money", """
                    SELECT o.id::text FROM orders o LEFT JOIN said_payment p ON p.order_id = o.id::text
                    WHERE o.status = 'PAID' AND p.status IS DISTINCT FROM 'completed'"""),
            new CheckRules.Rule("money-without-paid", """
                    SELECT p.order_id || ' is ' || coalesce(o.status, 'no order') FROM said_payment p
                    LEFT JOIN orders o ON o.id::text = p.order_id
                    WHERE p.status NOT IN ('failed', 'cancelled', 'refunded') AND o.status IS DISTINCT FROM 'PAID'"""),
            new CheckRules.Rule("payment-without-order", "SELECT p.id || ' of ' || p.order_id FROM said_payment p "
                    + "WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id::text = p.order_id)"),
            new CheckRules.Rule("two-payments", "SELECT order_id || ' has ' || count(*) FROM said_payment "
                    + "GROUP BY order_id HAVING count(*) > 1"),
            new CheckRules.Rule("wrong-amount", """
                    SELECT o.id::text FROM orders o JOIN said_payment p ON p.order_id = o.id::text
                    WHERE p.amount_minor <> o.amount_minor OR p.currency <> o.currency OR p.user_id <> o.user_id"""),
            new CheckRules.Rule("paid-not-sold", """
                    SELECT o.id || ' has ' || coalesce(r.status, 'nothing') FROM orders o
                    LEFT JOIN said_reservation r ON r.order_id = o.id::text
                    WHERE o.status = 'PAID' AND r.status IS DISTINCT FROM 'committed'"""),
            new CheckRules.Rule("held-without-paid", """
                    SELECT r.order_id || ' is ' || r.status FROM said_reservation r LEFT JOIN orders o ON o.id::text = r.order_id
                    WHERE r.status <> 'released' AND o.status IS DISTINCT FROM 'PAID'"""),
            new CheckRules.Rule("other-items", """
                    SELECT r.order_id FROM said_reservation r JOIN orders o ON o.id::text = r.order_id
                    WHERE r.status = 'committed' AND r.items <> (SELECT jsonb_object_agg(product_id::text, quantity)
                      FROM order_item WHERE order_id = o.id)"""),
            new CheckRules.Rule("pieces-lost", """
                    SELECT s.product_id || ' has ' || s.available || ' of ' || s.first || ', sold ' || coalesce(d.pieces, 0)
                    FROM said_stock s LEFT JOIN %s d USING (product_id)
                    WHERE s.available <> s.first - coalesce(d.pieces, 0)""".formatted(SOLD)));

    private ShopRules() {
    }

    /** Copies what the others say. @param first how many pieces of each product there were */
    static void gather(Connection order, Connection inventory, Connection payment, int first) throws SQLException {
        Sql.update(order, "CREATE TEMP TABLE IF NOT EXISTS said_reservation (order_id text, status text, items jsonb)");
        Sql.update(order, "CREATE TEMP TABLE IF NOT EXISTS said_stock (product_id text, available int, first int)");
        Sql.update(order, "CREATE TEMP TABLE IF NOT EXISTS said_payment "
                + "(id text, order_id text, status text, amount_minor bigint, currency text, user_id text)");
        Sql.update(order, "TRUNCATE said_reservation, said_stock, said_payment");
        copy(inventory, "SELECT order_id, status, items::text FROM reservation", order,
                "INSERT INTO said_reservation VALUES (?, ?, ?::jsonb)", 3);
        copy(inventory, "SELECT product_id, available::text, '" + first + "' FROM stock", order,
                "INSERT INTO said_stock VALUES (?, ?::int, ?::int)", 3);
        copy(payment, "SELECT id::text, order_id, status, amount_minor::text, currency::text, user_id FROM payment "
                + "WHERE order_id IS NOT NULL", order,
                "INSERT INTO said_payment VALUES (?, ?, ?, ?::bigint, ?, ?)", 6);
    }

    private static void copy(Connection from, String select, Connection to, String insert, int columns) throws SQLException {
        List<Object[]> rows = Sql.query(from, select, row -> {
            Object[] values = new Object[columns];
            for (int i = 0; i < columns; i++) {
                values[i] = row.getString(i + 1);
            }
            return values;
        });
        for (Object[] row : rows) {
            Sql.update(to, insert, row);
        }
    }

    /** @return each with the name of its rule in front */
    static List<String> violations(Connection order) throws SQLException {
        List<String> found = new ArrayList<>();
        for (CheckRules.Rule rule : RULES) {
            Sql.query(order, rule.sql(), row -> row.getString(1)).forEach(text -> found.add(rule.name() + ": " + text));
        }
        return found;
    }
}
