package io.payroute.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import io.grpc.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A shop whose process is ended in the middle: by {@code kill -9}, and at each point around what an order commits. Buyers repeat
 * until they have an answer, which after a kill may be an order whose items are still to be had; in the end no piece and no payment
 * is without its order, and no order without its own, nor without its mails. Which points a run takes: see {@link CrashPointIT}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShopCrashIT {

    static final List<String> POINTS = List.of("order-stored", "order-claimed", "order-settle-before-commit",
            "order-settle-after-commit", "order-cancelled", "order-reversed", "order-released", "order-sold", "orders-woken",
            "order-mails-stored", "stock-shown", "tokens-rotated");
    private static final int DRAWN = 1;
    private static final Set<String> OF_CANCELLATIONS = Set.of("order-cancelled", "order-reversed", "order-released");
    /** The first of many, or of what comes in batches. */
    private static final Map<String, Integer> PASSINGS = Map.of("orders-woken", 1, "order-mails-stored", 1, "stock-shown", 2,
            "tokens-rotated", 1);
    private static final int PIECES = 50;
    private static final int BUYERS = 200;
    private static final int KILLS = "all".equals(System.getProperty("crash.points")) ? 3 : 1;
    private static final int ORDERS = 12;
    private static final int PASSING = 3;

    private static TestBed bed;
    private static Shop shop;
    private static List<String> points;
    /** What buyers want, by the test or the point. All of them are there before a life may end as soon as it goes on with what is left. */
    private static final Map<String, String> BOOKS = new HashMap<>();

    private static ApplicationProcess application;
    private Future<Status.Code> rotated;

    @BeforeAll
    static void startServers() {
        bed = new TestBed("shop-crash");
        shop = new Shop(bed);
        points = CrashPointIT.points(POINTS, Set.of(), DRAWN, TestBed.seed("ShopCrashIT"));
        application = bed.launch(shop.properties(Map.of()));
        Stream.concat(points.stream(), Stream.of("killed")).forEach(name -> BOOKS.put(name, shop.product(name, 1250, PIECES)));
    }

    @AfterEach
    void end() {
        application.kill();
    }

    @AfterAll
    static void stopServers() {
        shop.close();
        bed.close();
    }

    @Test
    @Order(1)
    void shouldSellEachPieceOnceWhileItIsKilled() throws Exception {
        // Given
        String book = BOOKS.get("killed");
        List<Future<String>> buyers = shop.buy("killed", BUYERS, book, 1);

        // When
        for (int kill = 1; kill <= KILLS; kill++) {
            long answered = BUYERS * kill / (KILLS + 1);
            await().atMost(TestBed.PATIENCE).until(() -> buyers.stream().filter(Future::isDone).count() >= answered);
            application.kill();
            application = bed.launch(shop.properties(Map.of()));
        }
        List<String> answers = Shop.all(buyers);

        // Then
        assertThat(answers).hasSize(BUYERS);
        shop.check(PIECES);
        assertThat(shop.rows("order", "SELECT status || count(*) FROM orders WHERE address LIKE 'to killed%' GROUP BY status"))
                .containsExactlyInAnyOrder("PAID50", "FAILED150");
        assertThat(shop.available(book)).isZero();
    }

    @Test
    @Order(2)
    void shouldLoseAndDoubleNothingAtAnyPointOfAnOrder() throws Exception {
        // Given
        List<Future<String>> buyers = new ArrayList<>();
        application.kill();

        // When
        for (String point : points) {
            application = bed.launch(shop.properties(Map.of("payroute.crash-point", point,
                    "payroute.crash-passing", Integer.toString(PASSINGS.getOrDefault(point, PASSING)))));
            List<Future<String>> orders = shop.buy(point, ORDERS, BOOKS.get(point), 1);
            buyers.addAll(orders);
            if (OF_CANCELLATIONS.contains(point)) {
                cancelSome(orders);
            }
            if (point.equals("tokens-rotated")) {
                rotated = shop.rotate("ada@example.com");
            }
            assertThat(application.awaitExit(TestBed.PATIENCE)).as("The application must end at " + point)
                    .isEqualTo(CrashPointIT.KILLED);
        }
        application = bed.launch(shop.properties(Map.of()));
        List<String> answers = Shop.all(buyers);

        // Then
        assertThat(answers).hasSize(points.size() * ORDERS).doesNotContain(Shop.REFUSED);
        shop.check(PIECES);
        shop.checkMails();
        if (rotated != null) {
            assertThat(rotated.get()).as("a repetition").isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(shop.rows("user", "SELECT id FROM token_family WHERE ended_at IS NOT NULL")).as("thefts").isEmpty();
        }
    }

    private static void cancelSome(List<Future<String>> orders) {
        orders.subList(0, ORDERS / 2).forEach(order -> new Thread(() -> {
            try {
                String id = order.get();
                if (!id.equals(Shop.REFUSED)) {
                    shop.cancel(id);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }).start());
    }
}
