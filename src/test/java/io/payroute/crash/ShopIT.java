package io.payroute.crash;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.grpc.StatusRuntimeException;
import io.payroute.proto.order.OrderResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Orders in the packaged application, over gRPC, with all roles that an order needs in one process. */
class ShopIT {

    private static final int PIECES = 50;

    private static TestBed bed;
    private static Shop shop;
    private static ApplicationProcess application;

    @BeforeAll
    static void start() {
        bed = new TestBed("shop");
        shop = new Shop(bed);
        application = bed.launch(shop.properties(Map.of()));
    }

    @AfterEach
    void check() throws Exception {
        shop.check(PIECES);
    }

    @AfterAll
    static void stop() {
        shop.close();
        application.close();
        bed.close();
    }

    @Test
    void shouldBringAnOrderToPaidWithoutHelp() {
        // Given
        String book = shop.product("unhelped", 1250, PIECES);

        // When
        OrderResponse made = shop.order("without-help", book, 2);

        // Then
        assertThat(made.getStatus()).isEqualTo("PENDING");
        OrderResponse paid = shop.awaitStatus(made.getOrderId(), "PAID");
        assertThat(paid.getAmountMinor()).isEqualTo(2500);
        assertThat(paid.getPaymentId()).isNotEmpty();
        assertThat(shop.available(book)).isEqualTo(PIECES - 2);
    }

    @Test
    void shouldGiveTheItemsOfADeclinedOrderBack() {
        // Given
        String book = shop.product("declined", 4002, PIECES);

        // When
        OrderResponse made = shop.order("declined", book, 1);

        // Then
        assertThat(shop.awaitStatus(made.getOrderId(), "FAILED").getReason()).contains("insufficient_funds");
    }

    @Test
    void shouldRefundAnOrderThatIsCancelledWhenItIsPaid() {
        // Given
        String book = shop.product("cancelled", 1250, PIECES);
        OrderResponse made = shop.order("cancelled", book, 1);
        shop.awaitStatus(made.getOrderId(), "PAID");

        // When
        shop.cancel(made.getOrderId());

        // Then
        shop.awaitStatus(made.getOrderId(), "REFUNDED");
        assertThatThrownBy(() -> shop.order("too-many", book, PIECES + 1)).isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("FAILED_PRECONDITION");
    }

    @Test
    void shouldSellFiftyPiecesToFiftyOfTwoHundredBuyers() throws Exception {
        // Given
        String book = shop.product("popular", 1250, PIECES);

        // When
        List<String> answers = Shop.all(shop.buy("popular", 200, book, 1));

        // Then
        List<String> made = answers.stream().filter(answer -> !answer.equals(Shop.REFUSED)).toList();
        assertThat(made).hasSize(PIECES).doesNotHaveDuplicates()
                .allSatisfy(order -> assertThat(shop.awaitStatus(order, "PAID").getReason()).isEmpty());
        assertThat(shop.available(book)).isZero();
    }
}
