package io.payroute.inventory;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.payroute.inventory.model.Reservation;
import io.payroute.inventory.model.ReservationStatus;
import io.payroute.inventory.model.Stock;
import io.payroute.inventory.model.StockChange;
import io.payroute.inventory.model.StockLedger;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonObject;

/**
 * The statements of a transaction on stock. All transactions lock in one order, so that none waits for one that waits for it: the
 * reservations there are, by order, then the stocks, by product, then what is new.
 */
final class StockTables {

    private static final String LOCK_RESERVATIONS = """
            SELECT order_id, status, items::text AS items, expires_at, (expires_at <= now()) IS TRUE AS overdue
            FROM reservation WHERE order_id = ANY (?) ORDER BY order_id FOR UPDATE""";
    private static final String LOCK_STOCKS = """
            SELECT product_id, available, hidden, version, product_version, stock_given, stock_given_version
            FROM stock WHERE product_id = ANY (?) ORDER BY product_id FOR UPDATE""";
    private static final Rows<String> PRODUCTS = new Rows<String>().text("product_id", id -> id);
    private static final String MEET_PRODUCTS = """
            INSERT INTO stock (product_id) SELECT product_id FROM %s ORDER BY product_id ON CONFLICT (product_id) DO NOTHING"""
            .formatted(PRODUCTS.unnest());
    private static final String CHANGES = """
            SELECT idempotency_key, product_id, delta, new_stock FROM stock_change WHERE idempotency_key = ANY (?)""";
    private static final Rows<StockChange> CHANGE_ROWS = new Rows<StockChange>().text("idempotency_key", StockChange::key)
            .text("product_id", StockChange::productId).int4("delta", StockChange::delta)
            .int4("new_stock", StockChange::newStock);
    private static final String KEEP_CHANGES = """
            INSERT INTO stock_change (idempotency_key, product_id, delta, new_stock)
            SELECT idempotency_key, product_id, delta, new_stock FROM %s ORDER BY idempotency_key
            ON CONFLICT (idempotency_key) DO NOTHING""".formatted(CHANGE_ROWS.unnest());

    private static final Rows<Told> STOCKS = Outbox.columns(new Rows<Told>().text("product_id", one -> one.stock().productId())
            .int4("available", one -> one.stock().available()).bool("hidden", one -> one.stock().hidden())
            .int8("version", one -> one.stock().version()).int8("product_version", one -> one.stock().productVersion())
            .int8("stock_given", one -> one.stock().given())
            .int8("stock_given_version", one -> one.stock().givenVersion()),
            Told::event);
    private static final Rows<Reserved> RESERVATIONS = new Rows<Reserved>().text("order_id", one -> one.reservation().orderId())
            .text("status", one -> one.reservation().status().word())
            .text("items", one -> new JsonObject(new TreeMap<>(one.reservation().items())).encode())
            .bool("is_new", Reserved::isNew);
    /** The rows of {@code stock} and of the reservations there are were locked before: nothing waits here but for what is new. */
    private static final String WRITE = """
            WITH s AS (
              SELECT * FROM %s),
            r AS (
              SELECT *, CASE WHEN status = 'reserved' THEN now() + ? * interval '1 millisecond' END AS expires_at FROM %s),
            counted AS (
              UPDATE stock t SET available = s.available, hidden = s.hidden, version = s.version,
                product_version = s.product_version, stock_given = s.stock_given,
                stock_given_version = s.stock_given_version, updated_at = now()
              FROM s WHERE t.product_id = ANY (ARRAY (SELECT product_id FROM s)) AND t.product_id = s.product_id),
            fresh AS (
              INSERT INTO reservation (order_id, status, items, expires_at)
              SELECT order_id, status, items::jsonb, expires_at FROM r WHERE is_new ORDER BY order_id
              ON CONFLICT (order_id) DO NOTHING RETURNING order_id, status, expires_at),
            moved AS (
              UPDATE reservation o SET status = r.status, expires_at = coalesce(r.expires_at, o.expires_at), updated_at = now()
              FROM r WHERE o.order_id = ANY (ARRAY (SELECT order_id FROM r WHERE NOT is_new)) AND o.order_id = r.order_id
              RETURNING o.order_id, o.status, o.expires_at),
            ended AS (
              DELETE FROM reservation_expiry
              WHERE order_id = ANY (ARRAY (SELECT order_id FROM r WHERE NOT is_new AND status <> 'reserved'))),
            queued AS (
              INSERT INTO reservation_expiry (order_id, due_at)
              SELECT order_id, expires_at FROM (SELECT * FROM fresh UNION ALL SELECT * FROM moved) held WHERE status = 'reserved'
              ON CONFLICT (order_id) DO UPDATE SET due_at = excluded.due_at),
            told AS (
            """.formatted(STOCKS.unnest(), RESERVATIONS.unnest()) + Outbox.INSERT + """
              SELECT shard, ?, message_key, event_id, ?, ?, traceparent, payload FROM s WHERE payload IS NOT NULL ORDER BY product_id)
            SELECT order_id, expires_at FROM fresh UNION ALL SELECT order_id, expires_at FROM moved""";

    /** @param event that tells of it, or null */
    private record Told(Stock stock, EventEnvelope event) {
    }

    private record Reserved(Reservation reservation, boolean isNew) {
    }

    private StockTables() {
    }

    static List<Reservation> lockReservations(Connection connection, Set<String> orders) throws SQLException {
        return orders.isEmpty()
                ? List.of()
                : Sql.query(connection, LOCK_RESERVATIONS, StockTables::reservation, texts(orders));
    }

    static List<Stock> lockStocks(Connection connection, Set<String> products) throws SQLException {
        return products.isEmpty()
                ? List.of()
                : Sql.query(connection, LOCK_STOCKS,
                        row -> new Stock(row.getString("product_id"), row.getInt("available"), row.getBoolean("hidden"),
                                row.getLong("version"), row.getLong("product_version"), row.getLong("stock_given"),
                                row.getLong("stock_given_version")),
                        texts(products));
    }

    /** Makes a stock of nothing of each that there is none of. */
    static void meet(Connection connection, Set<String> products) throws SQLException {
        if (!products.isEmpty()) {
            Sql.update(connection, MEET_PRODUCTS, PRODUCTS.of(List.copyOf(products)));
        }
    }

    static List<StockChange> changes(Connection connection, Set<String> keys) throws SQLException {
        return keys.isEmpty()
                ? List.of()
                : Sql.query(connection, CHANGES, row -> new StockChange(row.getString("idempotency_key"),
                        row.getString("product_id"), row.getInt("delta"), row.getInt("new_stock")), texts(keys));
    }

    /**
     * Writes what is other now.
     *
     * @param hold how long pieces are held
     * @return when each reservation that is written ends; null when another transaction made one of those that are new, or used one of
     *         the keys: then all must be decided again
     */
    static Map<String, Instant> write(Connection connection, StockLedger ledger, Duration hold, String topic)
            throws SQLException {
        List<StockChange> changes = ledger.newChanges();
        if (!changes.isEmpty() && Sql.update(connection, KEEP_CHANGES, CHANGE_ROWS.of(changes)) < changes.size()) {
            return null;
        }
        List<Told> stocks = ledger.changedStocks().stream()
                .map(stock -> new Told(stock, ledger.isNews(stock) ? InventoryEvents.updated(topic, stock) : null)).toList();
        List<Reserved> reservations = ledger.changedReservations().stream()
                .map(one -> new Reserved(one, ledger.isNew(one))).toList();
        Map<String, Instant> ends = new HashMap<>();
        if (!stocks.isEmpty() || !reservations.isEmpty()) {
            Sql.query(connection, WRITE, row -> ends.put(row.getString(1), Sql.instant(row, "expires_at")), STOCKS.of(stocks),
                    hold.toMillis(), RESERVATIONS.of(reservations), topic, InventoryEvents.UPDATED, EventEnvelope.PROTOBUF);
        }
        return ends.size() == reservations.size() ? ends : null;
    }

    private static Reservation reservation(ResultSet row) throws SQLException {
        TreeMap<String, Integer> items = new TreeMap<>();
        new JsonObject(row.getString("items")).forEach(item -> items.put(item.getKey(), (Integer) item.getValue()));
        return new Reservation(row.getString("order_id"), ReservationStatus.ofWord(row.getString("status")), items,
                Sql.instant(row, "expires_at"), row.getBoolean("overdue"));
    }

    private static Sql.Column texts(Set<String> texts) {
        return Sql.column("text", List.copyOf(texts), text -> text);
    }
}
