package io.payroute.inventory;

import java.util.ArrayList;
import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.platform.Refusal;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.inventory.StockUpdated;
import io.payroute.proto.product.ProductUpdated;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LearnProductsTest {

    private static TestDatabase database;

    private final StockWrites writes = TestStock.writes(database);
    private final LearnProducts learnProducts = new LearnProducts(writes);
    private final List<DeadLetters.Letter> refused = new ArrayList<>();

    @BeforeAll
    static void create() {
        database = TestDatabase.create(InventoryRole.NAME);
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @AfterEach
    void close() {
        writes.close();
    }

    @Test
    void shouldOfferWhatAProductHasAtFirst() throws Exception {
        // When
        learn(event("book", 1, 5), event("lamp", 1, 0));

        // Then
        assertThat(products()).containsExactly("book 5 f 1 1", "lamp 0 f 1 1");
        assertThat(told()).containsExactly("book", "lamp");
    }

    @Test
    void shouldTakeNoEventTwice() throws Exception {
        // Given
        learn(event("book", 1, 5));
        writes.write(TestStock.wanted("order-1", "book 2"));

        // When
        learn(event("book", 1, 5));

        // Then
        assertThat(products()).containsExactly("book 3 f 2 1");
        assertThat(told()).containsExactly("book", "book");
    }

    @Test
    void shouldTakeNoLateEvent() throws Exception {
        // Given
        learn(event("book", 3, 7));

        // When
        learn(event("book", 2, 5).toBuilder().setHidden(true).build());

        // Then
        assertThat(products()).containsExactly("book 7 f 1 3");
    }

    @Test
    void shouldLeaveTheStockAsItIsWhereTheEventSaysNothingOfIt() throws Exception {
        // Given
        learn(event("book", 1, 5));
        writes.write(TestStock.wanted("order-1", "book 2"));

        // When
        learn(event("book", 2, null));

        // Then
        assertThat(products()).containsExactly("book 3 f 3 2");
        assertThat(told()).as("that the product is known").containsExactly("book", "book", "book");
    }

    /** Whoever says that there are 60 has seen 50: what was sold meanwhile stays sold. */
    @Test
    void shouldLoseNoSaleWhenTheStockIsSet() throws Exception {
        // Given
        learn(event("book", 1, 50));
        writes.write(TestStock.wanted("order-1", "book 3"));

        // When
        learn(given("book", 2, 60, 10, 10));

        // Then
        assertThat(products()).containsExactly("book 57 f 3 2");
        assertThat(announced()).endsWith("57 of version 2");
    }

    /** It may be a dead letter, or come late. */
    @Test
    void shouldMakeUpForAChangeThatItHasNotHeardOf() throws Exception {
        // Given
        learn(given("book", 1, 50, 50, 50));
        writes.write(TestStock.wanted("order-1", "book 3"));

        // When
        learn(given("book", 3, null, 60, null));
        learn(given("book", 2, 60, 60, 10));

        // Then
        assertThat(products()).containsExactly("book 57 f 3 3");
    }

    /** It set the stock, and did not write down which sum that was of. */
    @Test
    void shouldNotCountOnceMoreWhatAnEarlierVersionHasCounted() throws Exception {
        // Given
        learn(event("book", 1, 50));
        writes.write(TestStock.wanted("order-1", "book 3"));

        // When
        learn(given("book", 2, null, 50, null));
        learn(given("book", 3, 60, 60, 10));
        learn(given("book", 5, null, 75, null));

        // Then
        assertThat(products()).containsExactly("book 72 f 5 5");
    }

    @Test
    void shouldHaveNoneRatherThanLessThanNone() throws Exception {
        // Given
        learn(event("book", 1, 50));
        writes.write(TestStock.wanted("order-1", "book 3"));

        // When
        learn(given("book", 2, 0, -50, -50));

        // Then
        assertThat(products()).containsExactly("book 0 f 3 2");
    }

    @Test
    void shouldAnnounceAlsoWhatIsAsItWas() throws Exception {
        // Given
        learn(event("book", 1, 0));

        // When
        learn(given("book", 2, 0, 0, 0));

        // Then
        assertThat(announced()).containsExactly("0 of version 1", "0 of version 2");
    }

    @Test
    void shouldTakeTheEventsOfABatchInTheirOrder() throws Exception {
        // Given
        learn(event("book", 1, 5));

        // When
        learn(event("book", 2, 8), event("book", 1, 5), event("book", 3, null), event("book", 4, 6));

        // Then
        assertThat(products()).containsExactly("book 6 f 2 4");
        assertThat(told()).containsExactly("book", "book");
    }

    @Test
    void shouldSellNoPieceOfAHiddenProductAndKeepWhatIsHeld() throws Exception {
        // Given
        learn(event("book", 1, 5));
        writes.write(TestStock.wanted("order-1", "book 2"));

        // When
        learn(event("book", 2, null).toBuilder().setHidden(true).build());

        // Then
        assertThat(products()).containsExactly("book 3 t 3 2");
        assertThat(writes.write(TestStock.wanted("order-2", "book 1")).outcome().isDone()).isFalse();
        assertThat(writes.write(TestStock.wanted("order-1", "book 2")).outcome().isDone()).isTrue();
    }

    @Test
    void shouldKnowAProductWithoutAStock() throws Exception {
        // When
        learn(event("book", 4, null));

        // Then
        assertThat(products()).containsExactly("book 0 f 1 4");
    }

    @ParameterizedTest
    @CsvSource({"book,0,5,version", "book,-1,5,version", "book,1,-1,stock", "'',1,5,product_id"})
    void shouldRefuseWhatMakesNoSense(String product, long version, int stock, String field) {
        // Then
        assertThatThrownBy(() -> read(event(product, version, stock))).isInstanceOf(Refusal.class)
                .hasMessageStartingWith(field);
    }

    private void learn(ProductUpdated... events) throws Exception {
        learnProducts.record(List.of(events).stream().map(this::read).toList());
    }

    private LearnProducts.Told read(ProductUpdated event) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setMessage(TestBatches.record("event-" + event.getVersion(), null, refused));
        return learnProducts.read(event, exchange);
    }

    private static ProductUpdated event(String product, long version, Integer stock) {
        ProductUpdated.Builder event = ProductUpdated.newBuilder().setProductId(product).setVersion(version).setName("A thing");
        return (stock == null ? event : event.setStock(stock)).build();
    }

    /**
     * @param given all that its changes ever added
     * @param change of it by this one; null where it is not about the stock
     */
    private static ProductUpdated given(String product, long version, Integer stock, long given, Integer change) {
        ProductUpdated.Builder event = event(product, version, stock).toBuilder().setStockGiven(given);
        return (change == null ? event : event.setStockChange(change)).build();
    }

    private static List<String> announced() throws Exception {
        return Sql.query(database.dataSource(), "SELECT payload FROM outbox ORDER BY id", row -> {
            try {
                StockUpdated event = StockUpdated.parseFrom(row.getBytes(1));
                return event.getAvailable() + " of version " + event.getProductVersion();
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static List<String> products() {
        return database
                .rows("SELECT product_id, available, hidden, version, product_version FROM stock ORDER BY product_id");
    }

    private static List<String> told() {
        return database.rows("SELECT convert_from(message_key, 'UTF8') FROM outbox ORDER BY id");
    }
}
