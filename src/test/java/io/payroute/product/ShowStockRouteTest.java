package io.payroute.product;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.payment.UnavailableDataSource;
import io.payroute.platform.Failures;
import io.payroute.platform.TestRoles;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.DecodedRecords;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.proto.inventory.StockUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** The route as it stands, with what the inventory announces. */
class ShowStockRouteTest {

    private static final String BOOK = "00000000-0000-7000-8000-000000000001";
    private static final String PEN = "00000000-0000-7000-8000-000000000002";

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final List<String> dead = new CopyOnWriteArrayList<>();
    private final AtomicInteger commits = new AtomicInteger();

    @BeforeAll
    static void create() {
        database = TestDatabase.create(ProductRole.NAME);
    }

    @BeforeEach
    void clear() {
        database.clear();
        for (String id : List.of(BOOK, PEN)) {
            database.execute("INSERT INTO product (id, name, description, price_minor, currency, stock) "
                    + "VALUES (?, 'name', '', 100, 'USD', 50)", UUID.fromString(id));
        }
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldShowWhatTheInventoryAnnounced() throws Exception {
        // Given
        start(new ShowStock(TestRoles.databases(database.dataSource())));

        // When
        Exchange batch = consume(record("e1", stock(BOOK, 1, 49)), record("e2", stock(PEN, 1, 0)),
                record("e3", stock(BOOK, 2, 47)), record("e4", stock(UUID.randomUUID().toString(), 1, 3)));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(shown()).containsExactly("47 2 1", "0 1 1");
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldChangeNothingByWhatIsLateOrComesAgain() throws Exception {
        // Given
        start(new ShowStock(TestRoles.databases(database.dataSource())));
        consume(record("e1", stock(BOOK, 5, 40)));
        String before = database.value("SELECT xmin FROM product WHERE id = ?", UUID.fromString(BOOK));

        // When
        consume(record("e1", stock(BOOK, 5, 40)), record("e0", stock(BOOK, 4, 41)));

        // Then
        assertThat(shown()).containsExactly("40 5 1", "50 0 1");
        assertThat(database.value("SELECT xmin FROM product WHERE id = ?", UUID.fromString(BOOK))).isEqualTo(before);
    }

    @Test
    void shouldPutWhatCannotBeReadIntoTheDeadLettersAndGoOn() throws Exception {
        // Given
        start(new ShowStock(TestRoles.databases(database.dataSource())));

        // When
        Exchange batch = consume(record("e1", "not protobuf".getBytes()), record("e2", stock("book", 1, 1)),
                record("e3", stock(BOOK, 1, -1)), record("e4", stock(BOOK, 0, 1)), record("e5", null),
                record("e6", stock(PEN, 1, 7)));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(dead).containsExactlyInAnyOrder("e1", "e2", "e3", "e4", "e5");
        assertThat(shown()).containsExactly("50 0 1", "7 1 1");
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldCommitNothingWithoutADatabase() throws Exception {
        // Given
        start(new ShowStock(TestRoles.databases(new UnavailableDataSource())));

        // When
        Exchange batch = consume(record("e1", stock(BOOK, 1, 5)));

        // Then
        assertThat(batch.getException()).isInstanceOf(SQLException.class);
        assertThat(dead).isEmpty();
        assertThat(commits).hasValue(0);
    }

    private void start(ShowStock showStock) throws Exception {
        context.getRegistry().bind("kafkaBatch", TestBatches.of(letter -> dead.add(letter.eventId())));
        context.getRegistry().bind("decodedRecords", new DecodedRecords());
        context.getRegistry().bind("recordOutcome", new RecordOutcome());
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterStep());
        context.getRegistry().bind("stockUpdated", new ProductBeans().stockUpdated());
        context.getRegistry().bind("showStock", showStock);
        Routes.load(context, "shared/error-handling.camel.yaml", "product/30-stock.camel.yaml");
        AdviceWith.adviceWith(context, "product-stock", route -> route.replaceFromWith("direct:batch"));
        context.start();
    }

    private static List<String> shown() {
        return database.rows("SELECT stock, stock_version, version FROM product ORDER BY id");
    }

    private static byte[] stock(String product, long version, int available) {
        return StockUpdated.newBuilder().setProductId(product).setVersion(version).setAvailable(available).build()
                .toByteArray();
    }

    private Exchange consume(Exchange... records) {
        for (int i = 0; i < records.length; i++) {
            records[i].getMessage().setHeader(KafkaConstants.OFFSET, (long) i);
        }
        return context.createProducerTemplate().send("direct:batch",
                exchange -> exchange.getMessage().setBody(List.of(records)));
    }

    private Exchange record(String id, byte[] value) {
        Exchange record = new DefaultExchange(context);
        record.getMessage().setBody(value);
        record.getMessage().setHeader(KafkaConstants.TOPIC, "stock.updated");
        record.getMessage().setHeader(KafkaConstants.PARTITION, 0);
        record.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, (KafkaManualCommit) commits::incrementAndGet);
        record.getMessage().setHeader("ce_id", id.getBytes());
        return record;
    }
}
