package io.payroute.order;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.payroute.order.model.Order;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;

/** Stores new orders, those of many callers in one statement and one commit: key, order, items and the first step of its saga; and reads them so. */
class StoreOrders implements AutoCloseable {

    /** Below a caller's deadline, so that he is told that the database is slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final Rows<Request> ROWS = new Rows<Request>().uuid("id", one -> one.order().id())
            .text("user_id", one -> one.order().userId()).text("address", one -> one.order().address())
            .text("method", one -> one.order().method()).int8("amount_minor", one -> one.order().amount().minor())
            .text("currency", one -> one.order().amount().currency()).text("caller", one -> one.key().caller())
            .text("key", one -> one.key().key()).bytea("hash", one -> one.key().hash());
    private static final Rows<Line> LINES = new Rows<Line>().uuid("order_id", Line::orderId).int4("position", Line::position)
            .uuid("product_id", one -> one.item().productId()).text("name", one -> one.item().name())
            .int4("quantity", one -> one.item().quantity()).int8("price_minor", one -> one.item().priceMinor());
    private static final String STORE = """
            WITH input AS (SELECT * FROM %s),
            keys AS (
              INSERT INTO idempotency_key (caller, idempotency_key, request_hash, resource_id)
              SELECT caller, key, hash, id FROM input WHERE key IS NOT NULL ORDER BY caller, key
              ON CONFLICT DO NOTHING RETURNING resource_id),
            made AS (
              INSERT INTO orders (id, user_id, address, method, amount_minor, currency)
              SELECT id, user_id, address, method, amount_minor, currency FROM input
              WHERE key IS NULL OR id IN (SELECT resource_id FROM keys) RETURNING id),
            begun AS (
              INSERT INTO order_saga (order_id, step, leased_until)
              SELECT id, 'reserve', now() + ? * interval '1 millisecond' FROM made RETURNING order_id, claim),
            lines AS (
              INSERT INTO order_item (order_id, position, product_id, name, quantity, price_minor)
              SELECT order_id, position, product_id, name, quantity, price_minor FROM %s
              WHERE (order_id IN (SELECT id FROM made)) IS TRUE)
            SELECT order_id, claim FROM begun""".formatted(ROWS.unnest(), LINES.unnest());

    private record Request(Order order, Idempotency.Key key) {
    }

    private record Line(UUID orderId, int position, Order.Item item) {
    }

    private record Begun(UUID orderId, long claim) {
        static Begun of(ResultSet row) throws SQLException {
            return new Begun(row.getObject(1, UUID.class), row.getLong(2));
        }
    }

    private final DataSource dataSource;
    private final Duration lease;
    private final GroupCommit<Request, Optional<Long>> writes;
    private final GroupCommit<UUID, Optional<Order>> reads;

    /** @param lease of the first step */
    StoreOrders(DataSource dataSource, Duration lease) {
        this.dataSource = dataSource;
        this.lease = lease;
        this.writes = new GroupCommit<>("order-store", 2, 256, 4096, this::storeAll);
        this.reads = new GroupCommit<>("order-read", 2, 256, 4096, ids -> FindOrders.all(dataSource, ids));
    }

    /**
     * Returns after the commit.
     *
     * @return the claim of its first step; empty when an earlier request has used the key, and nothing was stored
     * @throws Refusal when the database does not answer in time: it may be stored all the same
     */
    Optional<Long> store(Order order, Idempotency.Key key) throws Exception {
        return writes.answer(new Request(order, key), PATIENCE);
    }

    /** As it stands from the question on. @throws Refusal when the database does not answer in time */
    Optional<Order> find(UUID id) throws Exception {
        return reads.answer(id, PATIENCE);
    }

    private List<Optional<Long>> storeAll(List<Request> many) throws SQLException {
        List<Line> lines = many.stream().map(Request::order)
                .flatMap(order -> IntStream.range(0, order.items().size())
                        .mapToObj(at -> new Line(order.id(), at + 1, order.items().get(at))))
                .toList();
        Map<UUID, Long> claims = new HashMap<>();
        Sql.query(dataSource, STORE, Begun::of, ROWS.of(many), lease.toMillis(), LINES.of(lines))
                .forEach(one -> claims.put(one.orderId(), one.claim()));
        return many.stream().map(one -> Optional.ofNullable(claims.get(one.order().id()))).toList();
    }

    @Override
    public void close() {
        writes.close();
        reads.close();
    }
}
