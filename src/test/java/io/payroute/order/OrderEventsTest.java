package io.payroute.order;

import java.time.Duration;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.grpc.Status;
import io.payroute.proto.order.CancelOrderRequest;
import io.payroute.proto.order.OrderResponse;
import io.payroute.testing.TestDatabase;

import static io.payroute.order.OrderBed.BOOK;
import static io.payroute.order.OrderBed.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Events about the payment of an order that is at a step that does not ask for it, or at none any more. */
@Timeout(120)
class OrderEventsTest {

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
    void shouldRefundWhatWasPaidWhileItsItemsWereAwaited() throws Exception {
        // Given
        bed.away("to-grpc-reserve");
        String order = order();
        tell(order, "completed");

        // When
        bed.stock.put(BOOK, 1);
        bed.away();

        // Then
        ends(order, "FAILED", "refunded");
    }

    @Test
    void shouldRefundWhatWasPaidThoughThePaymentIsRefused() throws Exception {
        // Given
        bed.away("to-grpc-reserve");
        String order = order();
        tell(order, "completed");

        // When
        bed.trouble = (call, done) -> {
            if (call.equals("to-grpc-initiate")) {
                throw Status.FAILED_PRECONDITION.withDescription("a payment of another amount").asRuntimeException();
            }
        };

        // Then
        ends(order, "FAILED", "refunded");
    }

    @Test
    void shouldRefundWhatIsPaidWhileItsItemsAreReleased() throws Exception {
        // Given
        bed.away("to-grpc-initiate", "to-grpc-release");
        String order = order();
        cancel(order);
        await().untilAsserted(() -> assertThat(database.rows("SELECT step FROM order_saga")).containsExactly("release"));
        tell(order, "completed");

        // When
        bed.away();

        // Then
        ends(order, "CANCELLED", "refunded");
    }

    @Test
    void shouldGiveBackTheItemsOfWhatIsRefundedBeforeTheyAreSold() throws Exception {
        // Given
        bed.away("to-grpc-commit");
        String order = order();
        await().untilAsserted(() -> assertThat(database.rows("SELECT step FROM order_saga")).containsExactly("commit"));
        tell(order, "refunded");

        // When
        bed.away();

        // Then
        ends(order, "REFUNDED", "refunded");
        assertThat(bed.stock).containsEntry(BOOK, 50);
    }

    @Test
    void shouldRefundWhatIsPaidAfterTheOrderWasCancelled() throws Exception {
        // Given
        bed.away("to-grpc-initiate");
        String order = order();
        cancel(order);
        ends(order, "CANCELLED", null);

        // When
        tell(order, "completed");

        // Then
        ends(order, "CANCELLED", "refunded");
    }

    /** A payment that was there is not gone because payment says so once: its database may be another one, or an older one. */
    @Test
    void shouldNotGiveUpAPaymentThatIsNotFoundOnTheWayBack() throws Exception {
        // Given
        String order = order();
        await().untilAsserted(() -> assertThat(database.count("order_saga")).isZero());
        bed.payments.remove(order);

        // When
        cancel(order);

        // Then
        await().untilAsserted(() -> assertThat(database.rows("SELECT step FROM order_saga WHERE failures > 5"))
                .containsExactly("reverse"));
        assertThat(bed.status(order)).isEqualTo("PAID");
        bed.payments.put(order, "completed");
        ends(order, "REFUNDED", "refunded");
    }

    @Test
    void shouldRefundWhatIsPaidAfterTheOrderHasFailed() throws Exception {
        // Given
        String order = failed();

        // When
        tell(order, "completed");

        // Then
        ends(order, "FAILED", "refunded");
    }

    @Test
    void shouldLeaveAnEndedOrderAloneWhoseIdAnotherPaymentBears() throws Exception {
        // Given
        String order = failed();

        // When
        bed.wake(order);

        // Then
        ends(order, "FAILED", null);
        assertThat(bed.calls).contains("to-grpc-check").doesNotContain("to-grpc-reverse");
    }

    private String failed() {
        bed.create(request("ada", BOOK, 51).build());
        String order = database.value("SELECT id FROM orders");
        ends(order, "FAILED", null);
        return order;
    }

    private String order() {
        Exchange created = bed.create(request("ada", BOOK, 2).build());
        assertThat(created.getException()).isNull();
        return created.getMessage().getBody(OrderResponse.class).getOrderId();
    }

    private void cancel(String order) {
        assertThat(bed.context.createFluentProducerTemplate().to("direct:order-cancel")
                .withBody(CancelOrderRequest.newBuilder().setOrderId(order).build()).send().getException()).isNull();
    }

    private void tell(String order, String payment) throws Exception {
        bed.payments.put(order, payment);
        bed.wake(order);
    }

    private void ends(String order, String status, String payment) {
        await().untilAsserted(() -> assertThat(database.count("order_saga")).isZero());
        assertThat(bed.status(order)).isEqualTo(status);
        assertThat(bed.payments.get(order)).isEqualTo(payment);
        assertThat(bed.reservations).containsEntry(order, "released");
    }
}
