package io.payroute.inventory;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

import io.payroute.inventory.model.Outcome;
import io.payroute.inventory.model.StockCommand;
import io.payroute.inventory.model.StockCommand.Reserve;
import io.payroute.proto.inventory.ReserveStockRequest;
import io.payroute.proto.inventory.StockItem;
import io.payroute.testing.TestDatabase;

/** Stock in a test without a container. */
final class TestStock {

    static final String TOPIC = "stock.updated";
    static final Duration HOLD = Duration.ofMinutes(15);

    private TestStock() {
    }

    /** As a process of its own has it. */
    static StockWrites writes(TestDatabase database) {
        return writes(database, HOLD);
    }

    static StockWrites writes(TestDatabase database, Duration hold) {
        return new StockWrites(database.dataSource(), TOPIC, hold);
    }

    static void product(TestDatabase database, String id, int available) {
        database.execute("INSERT INTO stock (product_id, available, version, product_version) VALUES (?, ?, 1, 1)", id,
                available);
    }

    /** @param items such as {@code book 2} */
    static Reserve wanted(String order, String... items) {
        TreeMap<String, Integer> pieces = new TreeMap<>();
        for (String item : items) {
            pieces.put(item.split(" ")[0], Integer.valueOf(item.split(" ")[1]));
        }
        return new Reserve(order, pieces);
    }

    static ReserveStockRequest request(String order, String... items) {
        return ReserveStockRequest.newBuilder().setOrderId(order).addAllItems(Arrays.stream(items)
                .map(item -> StockItem.newBuilder().setProductId(item.split(" ")[0])
                        .setQuantity(Integer.parseInt(item.split(" ")[1])).build())
                .toList()).build();
    }

    static Outcome.Kind done(StockWrites writes, StockCommand command) throws Exception {
        return writes.write(command).outcome().kind();
    }

    static List<String> stock(TestDatabase database) {
        return database.rows("SELECT product_id, available FROM stock ORDER BY product_id");
    }

    /** What there is of a product that belongs to nobody, or to an order: the same before and after, whatever orders do. */
    static int pieces(TestDatabase database, String product) {
        return Integer.parseInt(database.value("""
                SELECT available + coalesce((SELECT sum((items ->> product_id)::int) FROM reservation
                  WHERE status IN ('reserved', 'committed')), 0) FROM stock WHERE product_id = ?""", product));
    }
}
