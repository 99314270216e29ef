package io.payroute.crash;

import java.sql.Connection;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** Breaks a shop in order, one rule at a time: a checker that stays green proves nothing. */
class ShopRulesTest {

    private static final String PAID = "00000000-0000-7000-8000-000000000001";
    private static final String FAILED = "00000000-0000-7000-8000-000000000002";
    private static final String BOOK = "00000000-0000-7000-8000-0000000000aa";

    private static TestDatabase order;
    private static TestDatabase inventory;
    private static TestDatabase payment;

    @BeforeAll
    static void create() {
        order = TestDatabase.create("order");
        inventory = TestDatabase.create("inventory");
        payment = TestDatabase.create("payment");
        order.execute("ALTER TABLE orders DISABLE TRIGGER USER");
        payment.execute("ALTER TABLE payment DISABLE TRIGGER USER");
    }

    /** One order that is paid, and one whose payment was declined, of ten pieces. */
    @BeforeEach
    void fill() {
        List.of(order, inventory, payment).forEach(TestDatabase::clear);
        for (String id : List.of(PAID, FAILED)) {
            String status = id.equals(PAID) ? "PAID" : "FAILED";
            order.execute("INSERT INTO orders (id, user_id, address, method, amount_minor, currency, status) "
                    + "VALUES ('%s', 'ada', 'to %s', 'card', 2500, 'USD', '%s')".formatted(id, id, status));
            order.execute("INSERT INTO order_item VALUES ('%s', 1, '%s', 'Book', 2, 1250)".formatted(id, BOOK));
            order.execute("INSERT INTO order_transition (order_id, from_status, to_status) VALUES ('%s', 'PENDING', '%s')"
                    .formatted(id, status));
            payment.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, status, order_id) "
                    + "VALUES (gen_random_uuid(), 'ada', 2500, 'USD', 'card', 'sandbox', '%s', '%s')"
                            .formatted(id.equals(PAID) ? "completed" : "failed", id));
            inventory.execute("INSERT INTO reservation (order_id, status, items) VALUES ('%s', '%s', '{\"%s\": 2}')"
                    .formatted(id, id.equals(PAID) ? "committed" : "released", BOOK));
        }
        inventory.execute("INSERT INTO stock (product_id, available) VALUES ('%s', 8)".formatted(BOOK));
    }

    @Test
    void shouldFindNothingInAShopInOrder() throws Exception {
        // When
        List<String> violations = check();

        // Then
        assertThat(violations).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "ordered-twice | order | UPDATE orders SET address = 'same'",
            "not-ended | order | UPDATE orders SET status = 'PENDING' WHERE id = '" + PAID + "'",
            "step-left | order | INSERT INTO order_saga (order_id, step) VALUES ('" + PAID + "', 'commit')",
            "event-left | order | INSERT INTO outbox (shard, topic, event_id, event_type, content_type, payload) "
                    + "VALUES (0, 't', 'e', 't', 'c', '')",
            "dead-letter | order | INSERT INTO dead_letter (source, event_id, event_type, content_type, payload, route_id, cause, "
                    + "attempts) VALUES ('s', 'e', 't', 'c', '', 'r', 'c', 1)",
            "wrong-sum | order | UPDATE order_item SET quantity = 3 WHERE order_id = '" + FAILED + "'",
            "path-ends-elsewhere | order | DELETE FROM order_transition WHERE order_id = '" + PAID + "'",
            "changed-twice | order | INSERT INTO order_transition (order_id, from_status, to_status) "
                    + "SELECT order_id, from_status, to_status FROM order_transition",
            "paid-without-money | payment | UPDATE payment SET status = 'refunded' WHERE order_id = '" + PAID + "'",
            "money-without-paid | payment | UPDATE payment SET status = 'completed' WHERE order_id = '" + FAILED + "'",
            "payment-without-order | payment | INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, status, "
                    + "order_id) VALUES (gen_random_uuid(), 'ada', 1, 'USD', 'card', 'sandbox', 'failed', 'none')",
            "two-payments | payment | INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, status, order_id) "
                    + "SELECT gen_random_uuid(), user_id, amount_minor, currency, method, provider, status, order_id FROM payment",
            "wrong-amount | payment | UPDATE payment SET amount_minor = 1 WHERE order_id = '" + PAID + "'",
            "paid-not-sold | inventory | UPDATE reservation SET status = 'expired' WHERE order_id = '" + PAID + "'",
            "held-without-paid | inventory | UPDATE reservation SET status = 'committed' WHERE order_id = '" + FAILED + "'",
            "other-items | inventory | UPDATE reservation SET items = '{\"" + BOOK + "\": 3}'",
            "pieces-lost | inventory | UPDATE stock SET available = 7"})
    void shouldFindWhatIsBroken(String rule, String database, String broken) throws Exception {
        // Given
        (switch (database) {
            case "order" -> order;
            case "inventory" -> inventory;
            default -> payment;
        }).execute(broken);

        // When
        List<String> violations = check();

        // Then
        assertThat(violations).anyMatch(violation -> violation.startsWith(rule + ": "));
    }

    @Test
    void shouldBreakEveryRule() throws Exception {
        // Given
        List<String> broken = List
                .of(ShopRulesTest.class.getDeclaredMethod("shouldFindWhatIsBroken", String.class, String.class,
                        String.class).getAnnotation(CsvSource.class).value());

        // When
        List<String> named = broken.stream().map(line -> line.split(" ")[0]).toList();

        // Then
        assertThat(named).containsExactlyElementsOf(ShopRules.RULES.stream().map(CheckRules.Rule::name).toList());
    }

    private static List<String> check() throws Exception {
        try (Connection orders = order.dataSource().getConnection();
                Connection stock = inventory.dataSource().getConnection();
                Connection payments = payment.dataSource().getConnection()) {
            ShopRules.gather(orders, stock, payments, 10);
            return ShopRules.violations(orders);
        }
    }
}
