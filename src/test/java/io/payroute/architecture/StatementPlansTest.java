package io.payroute.architecture;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.inventory.InventoryRole;
import io.payroute.notification.NotificationRole;
import io.payroute.order.model.OrderRole;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Roles;
import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads the plans of all statements that take arrays: two sets of a batch must never be compared each with each, which is what a
 * nested loop does whose inner side is not looked up. With a batch of 500; planned as production does it, for the values, with
 * tables of nothing and of rows, and as the generic plan, which takes every array for ten rows and every limit for a tenth. For
 * a million rows: {@code -Dplans.rows=1000000}.
 */
class StatementPlansTest {

    private static final int ROWS = Integer.getInteger("plans.rows", 10_000);
    private static final Pattern BATCH_OF = Pattern.compile("(unnest|ANY|ALL) ?\\(\\?|ANY ?\\(ARRAY ?\\(");
    private static final Pattern PART = Pattern.compile("%(\\d\\$)?s|^\\s*,");
    /** Configuration: a handful of rows, read as a whole; {@code endpoints} is what a statement has read of its endpoints. */
    private static final Set<String> SMALL = Set.of("webhook_endpoint", "endpoints", "webhook_old_secret", "reconciliation",
            "announced_since");
    private static final Set<String> LOOKUPS = Set.of("Index Scan", "Index Only Scan", "Bitmap Index Scan", "Function Scan",
            "Values Scan", "Result");
    /** To read a table that has no rows is the quickest look-up. */
    private static final Set<String> LOOKUPS_OF_NOTHING = Stream.concat(LOOKUPS.stream(), Stream.of("Seq Scan"))
            .collect(Collectors.toSet());
    private static final Map<String, TestDatabase> EMPTY = new HashMap<>();
    private static final Map<String, TestDatabase> FULL = new HashMap<>();
    /** Queues are empty again and again; vacuumed so and full a moment later, the planner takes them for one row. */
    private static final Map<String, TestDatabase> GROWN = new HashMap<>();
    private static final Set<String> QUEUES = Set.of("charge_work", "outbox", "notification_work", "reservation_expiry",
            "order_saga");

    static List<Statements.Named> statements() {
        return Statements.ALL.stream().filter(one -> BATCH_OF.matcher(one.sql()).find() && !PART.matcher(one.sql()).find())
                .toList();
    }

    private static Statements.Named statement(String name) {
        return Statements.ALL.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    @BeforeAll
    static void fill() {
        for (String role : Roles.WITH_DATABASE) {
            EMPTY.put(role, TestDatabase.create(role));
            FULL.put(role, TestDatabase.create(role));
            GROWN.put(role, TestDatabase.create(role));
        }
        TestDatabase full = FULL.get(PaymentRole.NAME);
        full.execute("ALTER TABLE payment DISABLE TRIGGER USER");
        full.execute("""
                INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, status, created_at)
                SELECT md5(i::text)::uuid, 'u' || i %% 5000, 100, 'USD', 'card', 'sandbox',
                  CASE WHEN i %% 1000 = 3 THEN 'failed' ELSE 'completed' END, now() - i * interval '1 second'
                FROM generate_series(1, %d) i""".formatted(ROWS));
        full.execute("ALTER TABLE payment ENABLE TRIGGER USER");
        full.execute("INSERT INTO inbox (consumer, event_id) SELECT 'payment', id::text FROM payment");
        full.execute("INSERT INTO idempotency_key (caller, idempotency_key, request_hash, resource_id) "
                + "SELECT 'c', id::text, '', id FROM payment");
        full.execute("INSERT INTO charge_work (payment_id, provider, due_at) SELECT id, provider, now() FROM payment");
        full.execute(
                "INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, ended_at) "
                        + "SELECT id, provider, 'charge', 1, 'completed', id, now(), now() FROM payment");
        full.execute("INSERT INTO sandbox_charge (charge_key, amount_minor, currency, status) "
                + "SELECT id, 100, 'USD', 'charged' FROM payment");
        full.execute("INSERT INTO provider_event (id, provider, event_id, payload, status, due_at) "
                + "SELECT id, 'stripe', id, '', 'waiting', now() FROM payment");
        full.execute("INSERT INTO webhook_endpoint (id, owner, url, secret) "
                + "SELECT gen_random_uuid(), 'o', 'https://x', '' FROM generate_series(1, 10)");
        full.execute("INSERT INTO webhook_delivery (endpoint_id, payment_id, event_id, type, payload) "
                + "SELECT e.id, p.id, p.id, 't', 'p' FROM payment p, (SELECT id FROM webhook_endpoint LIMIT 1) e");
        full.execute("INSERT INTO payment_operation (id, payment_id, kind, amount_minor, requested_by, provider) "
                + "SELECT id, id, 'refund', 1, 'c', provider FROM payment");
        full.execute("ANALYZE");
        TestDatabase grown = GROWN.get(PaymentRole.NAME);
        grown.execute("ALTER TABLE payment DISABLE TRIGGER USER");
        grown.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, status) "
                + "SELECT md5(i::text)::uuid, 'u', 100, 'USD', 'card', 'sandbox', 'processing' FROM generate_series(1, %d) i"
                        .formatted(ROWS));
        grown.execute("INSERT INTO charge_work (payment_id, provider, due_at) SELECT id, provider, now() FROM payment");
        grown.execute("INSERT INTO outbox (shard, topic, event_id, event_type, content_type, payload) "
                + "SELECT i %% 4, 't', i, 't', 'c', '' FROM generate_series(1, %d) i".formatted(ROWS));
        grown.execute("ANALYZE");
        takeForEmpty(grown, "charge_work");
        takeForEmpty(grown, "outbox");
        for (TestDatabase notified : List.of(FULL.get(NotificationRole.NAME), GROWN.get(NotificationRole.NAME))) {
            notified.execute("INSERT INTO notification (kind, dedupe_key, user_id, address, subject, template, fields, status) "
                    + "SELECT 'email', i, 'u', 'a@example.com', 's', 't', '{}', 'queued' FROM generate_series(1, %d) i"
                            .formatted(ROWS));
            notified.execute("ANALYZE");
        }
        takeForEmpty(GROWN.get(NotificationRole.NAME), "notification_work");
        for (TestDatabase stocked : List.of(FULL.get(InventoryRole.NAME), GROWN.get(InventoryRole.NAME))) {
            stocked.execute(
                    "INSERT INTO stock (product_id, available, version) SELECT 'p' || i, 9, 1 FROM generate_series(1, %d) i"
                            .formatted(ROWS));
            stocked.execute("INSERT INTO reservation (order_id, status, items, expires_at) "
                    + "SELECT 'o' || i, 'reserved', '{}', now() FROM generate_series(1, %d) i".formatted(ROWS));
            stocked.execute("INSERT INTO reservation_expiry (order_id, due_at) SELECT order_id, expires_at FROM reservation");
            stocked.execute("INSERT INTO stock_change (idempotency_key, product_id, delta, new_stock) "
                    + "SELECT 'k' || i, 'p', 1, 1 FROM generate_series(1, %d) i".formatted(ROWS));
            stocked.execute("ANALYZE");
        }
        takeForEmpty(GROWN.get(InventoryRole.NAME), "reservation_expiry");
        for (TestDatabase ordered : List.of(FULL.get(OrderRole.NAME), GROWN.get(OrderRole.NAME))) {
            ordered.execute("INSERT INTO orders (id, user_id, address, method, amount_minor, currency) "
                    + "SELECT md5(i::text)::uuid, 'u' || i %% 5000, 'a', 'card', 1, 'USD' FROM generate_series(1, %d) i"
                            .formatted(ROWS));
            ordered.execute("INSERT INTO order_item SELECT id, 1, id, 'Book', 1, 1 FROM orders");
            ordered.execute("INSERT INTO order_saga (order_id, step) SELECT id, 'pay' FROM orders");
            ordered.execute("ANALYZE");
        }
        takeForEmpty(GROWN.get(OrderRole.NAME), "order_saga");
    }

    private static void takeForEmpty(TestDatabase database, String queue) {
        // Or it would count the rows meanwhile.
        database.execute("ALTER TABLE " + queue + " SET (autovacuum_enabled = false)");
        database.execute("UPDATE pg_class SET reltuples = 0 WHERE relname = ?", queue);
    }

    @Test
    void shouldKnowTheStatementsThatTakeArrays() {
        assertThat(statements()).extracting(Statements.Named::name).contains("RecordPayments.RECORD", "AcceptPayment.ACCEPT",
                "SettleCharge.SETTLE", "StoreNotifications.STORE", "NotificationQueue.FINISH", "DeliveryQueue.FINISH",
                "NotificationQueue.CLAIM", "OutboxRelay.CLAIM", "StockTables.WRITE", "StockTables.LOCK_STOCKS",
                "StockTables.LOCK_RESERVATIONS", "StockTables.MEET_PRODUCTS", "StockTables.KEEP_CHANGES", "ExpiryQueue.CLAIM",
                "SagaQueue.CLAIM", "SettleSaga.SETTLE", "WakeOrders.WAKE");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("statements")
    void shouldCompareNoTwoSetsOfABatchEachWithEach(Statements.Named statement) throws SQLException {
        // When
        List<JsonObject> plans = List.of(Statements.custom(FULL.get(statement.role()), statement),
                Statements.generic(FULL.get(statement.role()), statement));
        JsonObject ofNothing = Statements.custom(EMPTY.get(statement.role()), statement);

        // Then
        assertThat(plans).allSatisfy(plan -> assertThat(blindLoops(plan, LOOKUPS)).as(plan.encodePrettily()).isEmpty());
        assertThat(blindLoops(ofNothing, LOOKUPS_OF_NOTHING)).as(ofNothing.encodePrettily()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SettleCharge.SETTLE", "ChargeQueue.CLAIM_OTHERS", "ChargeQueue.CLAIM_OF", "RerouteCharges.REROUTE",
            "OutboxRelay.CLAIM", "OutboxRelay.SHARDS_WITH_WORK", "NotificationQueue.CLAIM", "NotificationQueue.RENEW",
            "NotificationQueue.FINISH", "ExpiryQueue.CLAIM", "ExpiryQueue.GIVE_BACK", "StockTables.WRITE",
            "SagaQueue.CLAIM", "SagaQueue.GIVE_BACK", "SettleSaga.SETTLE", "WakeOrders.WAKE"})
    void shouldReadNoQueueAsAWholeThatWasTakenForEmpty(String name) throws SQLException {
        // Given
        Statements.Named statement = statement(name);

        // When
        JsonObject plan = Statements.custom(GROWN.get(statement.role()), statement);

        // Then
        assertThat(wholeReads(plan)).as(plan.encodePrettily()).isEmpty();
    }

    /** Scans of a queue that go by no key, time or place in it; the first row alone may be read so. */
    private static List<String> wholeReads(JsonObject node) {
        List<String> found = new ArrayList<>();
        if (QUEUES.contains(node.getString("Relation Name", ""))
                && node.getString("Node Type").endsWith("Scan") && !node.containsKey("Index Cond")
                && !node.containsKey("Recheck Cond")) {
            found.add(node.getString("Node Type") + " of " + node.getString("Relation Name"));
        }
        if (!node.getString("Node Type").equals("Limit") || node.getInteger("Plan Rows") > 1) {
            children(node).forEach(child -> found.addAll(wholeReads(child)));
        }
        return found;
    }

    /** An open breaker makes every claim leave out its provider; the work that waits for it must cost nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"ChargeQueue.CLAIM_OTHERS", "OperationQueue.CLAIM_OTHERS"})
    void shouldReadNoWorkOfAProviderThatIsLeftOut(String claim) throws SQLException {
        // Given
        String sql = statement(claim).sql();

        // When
        List<String> plan = FULL.get(PaymentRole.NAME).rows("EXPLAIN (ANALYZE, FORMAT JSON) " + sql,
                new Sql.Column("text", new Object[]{"sandbox"}),
                250,
                250, 60.0);

        // Then
        assertThat(rowsRead(new JsonArray(plan.get(0)).getJsonObject(0).getJsonObject("Plan"))).isLessThan(20);
    }

    private static double rowsRead(JsonObject node) {
        double own = node.getString("Node Type").endsWith("Scan")
                ? node.getDouble("Actual Rows")
                        + node.getDouble("Rows Removed by Filter", 0.0)
                : 0;
        return own * node.getDouble("Actual Loops") + children(node).stream().mapToDouble(StatementPlansTest::rowsRead).sum();
    }

    /** Nested loops, and subqueries that run again for each row, over what is not looked up. */
    private static List<String> blindLoops(JsonObject node, Set<String> lookups) {
        List<String> found = new ArrayList<>();
        for (JsonObject child : children(node)) {
            if (runsForEachRow(child, node) && !isLookup(child, lookups)) {
                found.add(node.getString("Node Type") + " over " + child.getString("Node Type") + ' '
                        + child.getString("CTE Name", child.getString("Relation Name")));
            }
            found.addAll(blindLoops(child, lookups));
        }
        return found;
    }

    private static boolean runsForEachRow(JsonObject child, JsonObject parent) {
        return switch (child.getString("Parent Relationship")) {
            case "Inner" -> parent.getString("Node Type").equals("Nested Loop");
            case "SubPlan" -> !parent.encode().contains("hashed " + child.getString("Subplan Name"));
            default -> false;
        };
    }

    private static boolean isLookup(JsonObject node, Set<String> lookups) {
        return lookups.contains(node.getString("Node Type"))
                || SMALL.contains(node.getString("Relation Name", node.getString("CTE Name", "")))
                || children(node).stream().filter(child -> !child.getString("Parent Relationship").equals("InitPlan"))
                        .anyMatch(child -> isLookup(child, lookups));
    }

    private static List<JsonObject> children(JsonObject node) {
        return node.getJsonArray("Plans", new JsonArray()).stream().map(JsonObject.class::cast).toList();
    }
}
