package io.payroute.inventory;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;
import io.payroute.proto.inventory.CommitStockRequest;
import io.payroute.proto.inventory.ReleaseStockRequest;
import io.payroute.proto.inventory.ReserveStockRequest;
import io.payroute.proto.inventory.ReserveStockResponse;
import io.payroute.testing.TestDatabase;

import static io.payroute.inventory.TestStock.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class ReserveStockTest {

    private static TestDatabase database;

    private final StockWrites writes = TestStock.writes(database);
    private final ReserveStock reserveStock = new ReserveStock(writes);

    @BeforeAll
    static void create() {
        database = TestDatabase.create(InventoryRole.NAME);
    }

    @BeforeEach
    void clear() {
        database.clear();
        TestStock.product(database, "book", 5);
        TestStock.product(database, "lamp", 2);
    }

    @AfterEach
    void close() {
        writes.close();
    }

    @Test
    void shouldHoldAllItemsForItsTime() throws Exception {
        // Given
        database.clockAhead(Duration.ofHours(3));
        Instant there = Instant.now().plus(Duration.ofHours(3)).plus(TestStock.HOLD);

        // When
        ReserveStockResponse answer = reserveStock.reserve(request("order-1", "book 2", "lamp 2"));

        // Then
        assertThat(answer.getSuccess()).isTrue();
        assertThat(answer.getOrderId()).isEqualTo("order-1");
        assertThat(Instant.parse(answer.getExpiresAt())).isCloseTo(there, within(Duration.ofMinutes(1)));
        assertThat(TestStock.stock(database)).containsExactly("book 3", "lamp 0");
        assertThat(database.rows("SELECT order_id, due_at = (SELECT expires_at FROM reservation) FROM reservation_expiry"))
                .containsExactly("order-1 t");
    }

    @Test
    void shouldAnswerARepetitionAsAtFirst() throws Exception {
        // Given
        ReserveStockResponse first = reserveStock.reserve(request("order-1", "book 2", "lamp 1"));

        // When
        ReserveStockResponse again = reserveStock.reserve(request("order-1", "lamp 1", "book 2"));

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(TestStock.stock(database)).containsExactly("book 3", "lamp 1");
    }

    @Test
    void shouldAddUpAProductThatIsNamedTwice() throws Exception {
        // When
        ReserveStockResponse refused = reserveStock.reserve(request("order-1", "book 3", "book 3"));
        ReserveStockResponse reserved = reserveStock.reserve(request("order-2", "book 3", "book 2"));

        // Then
        assertThat(refused.getSuccess()).isFalse();
        assertThat(reserved.getSuccess()).isTrue();
        assertThat(TestStock.stock(database)).containsExactly("book 0", "lamp 2");
    }

    @ParameterizedTest
    @CsvSource({"lamp 3,Of product lamp there are 2 pieces.", "rope 1,There is no product rope.",
            "veil 1,Product veil is not for sale."})
    void shouldReserveNothingOfAnOrderWithAnItemThatLacks(String item, String message) throws Exception {
        // Given
        database.execute("INSERT INTO stock (product_id, available, hidden, version) VALUES ('veil', 9, true, 1)");

        // When
        ReserveStockResponse answer = reserveStock.reserve(request("order-1", "book 1", item));

        // Then
        assertThat(answer.getSuccess()).isFalse();
        assertThat(answer.getMessage()).isEqualTo(message);
        assertThat(answer.getExpiresAt()).isEmpty();
        assertThat(TestStock.stock(database)).containsExactly("book 5", "lamp 2", "veil 9");
        assertThat(database.count("reservation")).isZero();
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldTakeOthersInTheSameTransactionIntoAccount() throws Exception {
        // When
        var answers = writes.writeAll(IntStream.range(0, 7).mapToObj(i -> TestStock.wanted("order-" + i, "book 2")).toList());

        // Then
        assertThat(answers).filteredOn(answer -> answer.outcome().isDone()).hasSize(2);
        assertThat(TestStock.stock(database)).contains("book 1");
        assertThat(database.rows("SELECT topic, convert_from(message_key, 'UTF8') FROM outbox"))
                .containsExactly("stock.updated book");
    }

    @Test
    void shouldRefuseOtherItemsForTheSameOrder() throws Exception {
        // Given
        reserveStock.reserve(request("order-1", "book 2"));

        // Then
        assertThatThrownBy(() -> reserveStock.reserve(request("order-1", "book 3"))).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID)).hasMessageContaining("order_id");
    }

    @Test
    void shouldReserveNothingForAnOrderThatIsOff() throws Exception {
        // Given
        new ReleaseStock(writes).release(ReleaseStockRequest.newBuilder().setOrderId("order-1").build());

        // Then
        assertThatThrownBy(() -> reserveStock.reserve(request("order-1", "book 2"))).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.CONFLICT)).hasMessageContaining("released");
        assertThat(TestStock.stock(database)).contains("book 5");
    }

    @Test
    void shouldSellNothingOfAnOrderThatReservedNothing() {
        // Given
        CommitStockRequest request = CommitStockRequest.newBuilder().setOrderId("order-1").build();

        // Then
        assertThatThrownBy(() -> new CommitStock(writes).commit(request)).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NOT_FOUND));
    }

    @Test
    void shouldCountNothingAboveWhatAStockCanHold() throws Exception {
        // Given
        reserveStock.reserve(request("order-1", "book 2"));
        database.execute("UPDATE stock SET available = 2147483646 WHERE product_id = 'book'");

        // When
        new ReleaseStock(writes).release(ReleaseStockRequest.newBuilder().setOrderId("order-1").build());

        // Then
        assertThat(TestStock.stock(database)).contains("book 2147483647");
    }

    @ParameterizedTest
    @ValueSource(strings = {"book 0", "book -1", "book 1000001", "book -2147483648"})
    void shouldRefuseAQuantityThatMakesNoSense(String item) {
        // Then
        assertThatThrownBy(() -> reserveStock.reserve(request("order-1", "lamp 1", item))).isInstanceOf(Refusal.class)
                .hasMessageContaining("items[1].quantity must be 1 to 1000000");
    }

    @Test
    void shouldRefuseASumThatMakesNoSense() {
        // Then
        assertThatThrownBy(() -> reserveStock.reserve(request("order-1", "book 600000", "book 600000")))
                .isInstanceOf(Refusal.class).hasMessageContaining("items[1].quantity");
    }

    @Test
    void shouldRefuseNoItemsAndTooMany() {
        // Given
        String[] many = IntStream.range(0, 101).mapToObj(i -> "p" + i + " 1").toArray(String[]::new);

        // Then
        assertThatThrownBy(() -> reserveStock.reserve(request("order-1"))).isInstanceOf(Refusal.class)
                .hasMessageContaining("items must be 1 to 100");
        assertThatThrownBy(() -> reserveStock.reserve(request("order-1", many))).isInstanceOf(Refusal.class)
                .hasMessageContaining("items must be 1 to 100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\u0000b",
            "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x"})
    void shouldRefuseWhatIsNoId(String id) {
        // Given
        ReserveStockRequest request = request("order-1", "book 1").toBuilder().setOrderId(id).build();
        ReserveStockRequest ofNoProduct = request("order-1", "book 1").toBuilder()
                .setItems(0, request("order-1", "book 1").getItems(0).toBuilder().setProductId(id)).build();

        // Then
        assertThatThrownBy(() -> reserveStock.reserve(request)).isInstanceOf(Refusal.class).hasMessageStartingWith("order_id");
        assertThatThrownBy(() -> reserveStock.reserve(ofNoProduct)).isInstanceOf(Refusal.class)
                .hasMessageStartingWith("items[0].product_id");
    }

    @Test
    void shouldLetTheDatabaseKeepAStockAboveNothing() {
        // Then
        assertThatThrownBy(() -> database.execute("UPDATE stock SET available = -1")).hasMessageContaining("stock_available");
    }
}
