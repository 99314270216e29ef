package io.payroute.order;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.grpc.Status;
import io.payroute.order.model.Order;
import io.payroute.platform.Refusal;
import io.payroute.proto.order.CancelOrderRequest;
import io.payroute.proto.order.OrderResponse;
import io.payroute.testing.Seeded;
import io.payroute.testing.TestDatabase;

import static io.payroute.order.OrderBed.BOOK;
import static io.payroute.order.OrderBed.PEN;
import static io.payroute.order.OrderBed.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Orders on their way, through the packaged routes, on a real database. */
@Timeout(120)
class OrderRouteTest {

    private static TestDatabase database;
    private OrderBed bed;

    @BeforeAll
    static void create() {
        database = TestDatabase.create("order");
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        bed = new OrderBed(database, Duration.ofHours(1));
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    @Test
    void shouldBringAnOrderToPaid() {
        // When
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));

        // Then
        assertThat(made.getStatus()).isEqualTo("PENDING");
        assertThat(made.getAmountMinor()).isEqualTo(2500);
        assertThat(made.getAmount()).isEqualTo(25.0);
        ends(made.getOrderId(), "PAID");
        assertThat(bed.stock).containsEntry(BOOK, 48);
        assertThat(bed.reservations).containsEntry(made.getOrderId(), "committed");
        assertThat(database.rows("SELECT topic FROM outbox ORDER BY event_id")).containsExactly("order.created",
                "order.status-updated");
        assertThat(database.rows("SELECT from_status, to_status FROM order_transition")).containsExactly("PENDING PAID");
    }

    @Test
    void shouldRefuseWhatIsNotThereAndAnnounceNothing() {
        // When
        Exchange refused = bed.create(request("ada", BOOK, 51).build());

        // Then
        assertThat(refused.getException()).isInstanceOf(Refusal.class).hasMessageContaining("not enough");
        await().untilAsserted(() -> assertThat(database.count("order_saga")).isZero());
        assertThat(database.rows("SELECT status, reason FROM orders")).containsExactly("FAILED not enough");
        assertThat(bed.stock).containsEntry(BOOK, 50);
        assertThat(bed.payments).isEmpty();
        assertThat(database.rows("SELECT topic FROM outbox")).containsExactly("order.status-updated");
    }

    @Test
    void shouldMakeOneOrderOfOneKey() {
        // Given
        OrderResponse first = made(bed.create(request("ada", BOOK, 1).setIdempotencyKey("k").build()));

        // When
        OrderResponse again = made(bed.create(request("ada", BOOK, 1).setIdempotencyKey("k").build()));
        Exchange other = bed.create(request("ada", BOOK, 2).setIdempotencyKey("k").build());
        OrderResponse another = made(bed.create(request("bob", BOOK, 2).setIdempotencyKey("k").build()));

        // Then
        assertThat(again.getOrderId()).isEqualTo(first.getOrderId());
        assertThat(other.getException()).isInstanceOf(Refusal.class);
        assertThat(another.getOrderId()).isNotEqualTo(first.getOrderId());
        assertThat(database.count("orders")).isEqualTo(2);
    }

    @Test
    void shouldAnswerARepetitionWithoutAskingForItsProducts() {
        // Given
        OrderResponse first = made(bed.create(request("ada", BOOK, 1).setIdempotencyKey("k").build()));
        bed.away("to-grpc-products");

        // When
        OrderResponse again = made(bed.create(request("ada", BOOK, 1).setIdempotencyKey("k").build()));
        Exchange other = bed.create(request("ada", BOOK, 2).setIdempotencyKey("k").build());

        // Then
        assertThat(again.getOrderId()).isEqualTo(first.getOrderId());
        assertThat(again.getReplayed()).isTrue();
        assertThat(other.getException()).isInstanceOf(Refusal.class).hasMessageContaining("another request");
        assertThat(database.count("orders")).isEqualTo(1);
    }

    @Test
    void shouldRefuseAMethodThatNoPaymentTakes() {
        // When
        Exchange refused = bed.create(request("ada", BOOK, 1).setPaymentMethodId("my card").build());

        // Then
        assertThat(refused.getException()).isInstanceOf(Refusal.class).hasMessageContaining("payment_method_id");
        assertThat(database.count("orders")).isZero();
    }

    @Test
    void shouldGiveTheItemsBackWhenThePaymentIsDeclined() {
        // Given
        bed.outcome = "failed";

        // When
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));

        // Then
        ends(made.getOrderId(), "FAILED");
        assertThat(bed.stock).containsEntry(BOOK, 50);
        assertThat(database.value("SELECT reason FROM orders")).isEqualTo("payment failed: card_declined");
    }

    @Test
    void shouldWaitForAnotherRoleAndThenGoOn() {
        // Given
        AtomicInteger down = new AtomicInteger(12);
        bed.trouble = (call, done) -> {
            if (!call.equals("to-grpc-products") && down.getAndDecrement() > 0) {
                throw Status.UNAVAILABLE.asRuntimeException();
            }
        };

        // When
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));

        // Then
        assertThat(made.getStatus()).isEqualTo("PENDING");
        ends(made.getOrderId(), "PAID");
    }

    @Test
    void shouldReserveAgainWhatExpiredBeforeItWasPaid() {
        // Given
        bed.outcome = "pending";
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));
        awaitsPayment();
        bed.expire(made.getOrderId());

        // When
        bed.payments.put(made.getOrderId(), "completed");

        // Then
        ends(made.getOrderId(), "PAID");
        assertThat(bed.stock).containsEntry(BOOK, 48);
    }

    @Test
    void shouldReserveAgainWhatTheInventoryKnowsNoMore() {
        // Given
        bed.outcome = "pending";
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));
        awaitsPayment();
        bed.forget(made.getOrderId());

        // When
        bed.payments.put(made.getOrderId(), "completed");

        // Then
        ends(made.getOrderId(), "PAID");
        assertThat(bed.stock).containsEntry(BOOK, 48);
    }

    @Test
    void shouldRefundWhatIsPaidAndSoldOutMeanwhile() {
        // Given
        bed.outcome = "pending";
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));
        awaitsPayment();
        bed.expire(made.getOrderId());
        bed.stock.put(BOOK, 1);

        // When
        bed.payments.put(made.getOrderId(), "completed");

        // Then
        ends(made.getOrderId(), "FAILED");
        assertThat(bed.payments).containsEntry(made.getOrderId(), "refunded");
        assertThat(bed.stock).containsEntry(BOOK, 1);
    }

    @Test
    void shouldShowWhereItsPaymentIsConfirmedUntilThatIsDone() {
        // Given
        bed.outcome = "pending";
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));

        // When
        awaitsPayment();
        Order waiting = order(made.getOrderId());
        bed.payments.put(made.getOrderId(), "completed");

        // Then
        assertThat(OrderMessages.response(waiting).getPaymentUrl()).isEqualTo(OrderBed.BANK);
        ends(made.getOrderId(), "PAID");
        assertThat(order(made.getOrderId()).paymentUrl()).as("kept").isNull();
    }

    private static Order order(String id) {
        try (Connection connection = database.dataSource().getConnection()) {
            return FindOrders.find(connection, UUID.fromString(id)).orElseThrow();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldCancelBeforeThePayment() {
        // Given
        bed.outcome = "pending";
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));
        awaitsPayment();

        // When
        OrderResponse cancelled = made(cancel(made.getOrderId(), "ada"));

        // Then
        assertThat(cancelled.getStatus()).isEqualTo("CANCELLED");
        assertThat(order(made.getOrderId()).paymentUrl()).as("kept").isNull();
        ends(made.getOrderId(), "CANCELLED");
        assertThat(bed.payments).containsEntry(made.getOrderId(), "cancelled");
        assertThat(bed.stock).containsEntry(BOOK, 50);
    }

    @Test
    void shouldRefundACancelledOrderThatIsPaidOnce() {
        // Given
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));
        ends(made.getOrderId(), "PAID");

        // When
        cancel(made.getOrderId(), "ada");
        Exchange again = cancel(made.getOrderId(), "ada");

        // Then
        assertThat(again.getException()).isNull();
        ends(made.getOrderId(), "REFUNDED");
        assertThat(bed.payments).containsEntry(made.getOrderId(), "refunded");
        assertThat(bed.stock).containsEntry(BOOK, 50);
        assertThat(database.rows("SELECT from_status, to_status FROM order_transition ORDER BY id"))
                .containsExactly("PENDING PAID", "PAID REFUNDED");
    }

    @Test
    void shouldNotFindAnothersOrder() {
        // Given
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));

        // When
        Exchange refused = cancel(made.getOrderId(), "bob");

        // Then
        assertThat(refused.getException()).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NOT_FOUND));
    }

    @Test
    void shouldCancelWhatNobodyConfirmsInTime() throws Exception {
        // Given
        bed.close();
        bed = new OrderBed(database, Duration.ofMillis(300));
        bed.outcome = "pending";

        // When
        OrderResponse made = made(bed.create(request("ada", BOOK, 2).build()));

        // Then
        ends(made.getOrderId(), "CANCELLED");
        assertThat(database.value("SELECT reason FROM orders")).isEqualTo("the payment was not confirmed in time");
        assertThat(bed.stock).containsEntry(BOOK, 50);
    }

    /** Calls that are lost before or after they took effect, and cancellations at any moment. */
    @Test
    void shouldNeverKeepItemsOrMoneyOfAnOrderThatIsNotPaid() {
        Seeded.check(1, this::shouldNeverKeep);
    }

    private void shouldNeverKeep(Random random) {
        // Given
        bed.trouble = (call, done) -> {
            synchronized (random) {
                if (!call.equals("to-grpc-products") && random.nextInt(4) == 0) {
                    throw Status.UNAVAILABLE.asRuntimeException();
                }
            }
        };
        List<String> outcomes = List.of("completed", "failed", "pending", "completed");

        // When
        List<String> orders = IntStream.range(0, 60).mapToObj(i -> {
            bed.outcome = outcomes.get(i % outcomes.size());
            Exchange created = bed.create(request("ada", i % 2 == 0 ? BOOK : PEN, 1 + i % 3).addItems(
                    request("ada", i % 2 == 0 ? PEN : BOOK, 1).getItems(0)).build());
            return created.getException() == null ? made(created).getOrderId() : null;
        }).filter(id -> id != null).toList();
        orders.stream().filter(id -> orders.indexOf(id) % 3 == 0).forEach(id -> cancel(id, "ada"));
        bed.payments.replaceAll((order, status) -> status.equals("pending") ? "completed" : status);

        // Then
        await().untilAsserted(() -> assertThat(database.count("order_saga")).isZero());
        int kept = 0;
        for (String order : database.rows("SELECT id FROM orders")) {
            boolean paid = bed.status(order).equals("PAID");
            assertThat(bed.status(order)).isNotEqualTo("PENDING");
            assertThat(bed.payments.getOrDefault(order, "none").equals("completed")).as("%s paid", order).isEqualTo(paid);
            assertThat(bed.reservations.get(order).equals("committed")).as("%s sold", order).isEqualTo(paid);
            assertThat(bed.reservations.get(order)).isIn("committed", "released");
            kept += paid
                    ? Integer.parseInt(database.value(
                            "SELECT sum(quantity) FROM order_item WHERE order_id = '" + order + "'"))
                    : 0;
        }
        assertThat(kept).isEqualTo(100 - bed.stock.get(BOOK) - bed.stock.get(PEN)).isPositive();
    }

    private Exchange cancel(String order, String user) {
        return bed.context.createFluentProducerTemplate().to("direct:order-cancel")
                .withBody(CancelOrderRequest.newBuilder().setOrderId(order).setUserId(user).build()).send();
    }

    private static OrderResponse made(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(OrderResponse.class);
    }

    private static void awaitsPayment() {
        await().untilAsserted(
                () -> assertThat(database.rows("SELECT step FROM order_saga")).containsExactly("await-payment"));
    }

    private void ends(String order, String status) {
        await().untilAsserted(() -> assertThat(database.count("order_saga")).isZero());
        assertThat(bed.status(order)).isEqualTo(status);
    }
}
