package io.payroute.inventory;

import java.util.HexFormat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.platform.Refusal;
import io.payroute.platform.Refusal.Kind;
import io.payroute.proto.inventory.CheckStockRequest;
import io.payroute.proto.inventory.StockUpdated;
import io.payroute.proto.inventory.UpdateStockRequest;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class UpdateStockTest {

    private static TestDatabase database;

    private final StockWrites writes = TestStock.writes(database);
    private final UpdateStock updateStock = new UpdateStock(writes);
    private final CheckStock checkStock = new CheckStock(database.dataSource());

    @BeforeAll
    static void create() {
        database = TestDatabase.create(InventoryRole.NAME);
    }

    @BeforeEach
    void clear() {
        database.clear();
        TestStock.product(database, "book", 5);
    }

    @AfterEach
    void close() {
        writes.close();
    }

    @ParameterizedTest
    @CsvSource({"3,8", "-5,0", "2147483642,2147483647"})
    void shouldAddAndTake(int delta, int stock) throws Exception {
        // When
        int answered = update("book", delta, "");

        // Then
        assertThat(answered).isEqualTo(stock);
        assertThat(checked("book")).isEqualTo(stock);
        StockUpdated told = StockUpdated.parseFrom(
                HexFormat.of().parseHex(database.value("SELECT encode(payload, 'hex') FROM outbox")));
        assertThat(told.getProductId()).isEqualTo("book");
        assertThat(told.getAvailable()).isEqualTo(stock);
        assertThat(told.getVersion()).isEqualTo(2);
        assertThat(database.rows("SELECT topic, convert_from(message_key, 'UTF8'), event_type FROM outbox"))
                .containsExactly("stock.updated book io.payroute.stock.updated");
    }

    @ParameterizedTest
    @CsvSource({"-6,there are 5 pieces", "2147483643,at most 2147483647", "-2147483648,there are 5 pieces"})
    void shouldLeaveNoStockBelowNothingOrAboveWhatCanBeSaid(int delta, String why) {
        // Then
        assertThatThrownBy(() -> update("book", delta, "key")).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Kind.CONFLICT)).hasMessageContaining(why);
        assertThat(TestStock.stock(database)).containsExactly("book 5");
        assertThat(database.count("stock_change")).isZero();
    }

    @Test
    void shouldTellNothingWhereNothingChanges() throws Exception {
        // When
        int answered = update("book", 0, "");

        // Then
        assertThat(answered).isEqualTo(5);
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldChangeOnceForAKeyAndAnswerAsAtFirst() throws Exception {
        // Given
        update("book", 3, "delivery-1");
        update("book", 2, "delivery-2");

        // When
        int again = update("book", 3, "delivery-1");

        // Then
        assertThat(again).isEqualTo(8);
        assertThat(TestStock.stock(database)).containsExactly("book 10");
    }

    @Test
    void shouldChangeEachTimeWithoutAKey() throws Exception {
        // When
        update("book", 3, "");
        update("book", 3, "");

        // Then
        assertThat(TestStock.stock(database)).containsExactly("book 11");
    }

    @ParameterizedTest
    @CsvSource({"book,4", "lamp,3"})
    void shouldRefuseAKeyThatWasUsedForSomethingElse(String product, int delta) throws Exception {
        // Given
        TestStock.product(database, "lamp", 1);
        update("book", 3, "delivery-1");

        // Then
        assertThatThrownBy(() -> update(product, delta, "delivery-1")).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Kind.INVALID)).hasMessageContaining("idempotency_key");
    }

    @Test
    void shouldKnowNoProductThatNobodyTold() {
        // Then
        assertThatThrownBy(() -> update("rope", 1, "")).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Kind.NOT_FOUND)).hasMessageContaining("rope");
        assertThatThrownBy(() -> checked("rope")).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(Kind.NOT_FOUND)).hasMessageContaining("rope");
    }

    @Test
    void shouldHaveNothingForSaleOfAHiddenProduct() throws Exception {
        // Given
        database.execute("UPDATE stock SET hidden = true");

        // When
        int available = checked("book");

        // Then
        assertThat(available).isZero();
    }

    private int update(String product, int delta, String key) throws Exception {
        return updateStock.update(UpdateStockRequest.newBuilder().setProductId(product).setStockDelta(delta)
                .setIdempotencyKey(key).build()).getNewStock();
    }

    private int checked(String product) throws Exception {
        return checkStock.check(CheckStockRequest.newBuilder().setProductId(product).build()).getAvailable();
    }
}
