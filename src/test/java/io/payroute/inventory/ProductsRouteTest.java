package io.payroute.inventory;

import java.sql.SQLException;
import java.util.List;
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
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.DecodedRecords;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.proto.product.ProductUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class ProductsRouteTest {

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final StockWrites writes = TestStock.writes(database);
    private final List<String> dead = new CopyOnWriteArrayList<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();

    @BeforeAll
    static void create() {
        database = TestDatabase.create(InventoryRole.NAME);
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    private void start(StockWrites writes) throws Exception {
        context.getRegistry().bind("kafkaBatch", TestBatches.of(letter -> dead.add(letter.eventId())));
        context.getRegistry().bind("decodedRecords", new DecodedRecords());
        context.getRegistry().bind("recordOutcome", new RecordOutcome());
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterStep());
        context.getRegistry().bind("productUpdated", new InventoryBeans().productUpdated());
        context.getRegistry().bind("learnProducts", new LearnProducts(writes));
        Routes.load(context, "shared/error-handling.camel.yaml", "inventory/40-products.camel.yaml");
        AdviceWith.adviceWith(context, "inventory-products", route -> route.replaceFromWith("direct:batch"));
        AdviceWith.adviceWith(context, "inventory-products-record", route -> route.weaveById("to-outbox-stock-learned")
                .replace().process(exchange -> told.incrementAndGet()));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        writes.close();
    }

    @Test
    void shouldLearnABatchAndCommitItsOffsetOnce() throws Exception {
        // Given
        start(writes);

        // When
        Exchange batch = consume(record("e1", product("book", 5)), record("e2", product("lamp", 0)));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(TestStock.stock(database)).containsExactly("book 5", "lamp 0");
        assertThat(commits).hasValue(1);
        assertThat(told).hasValue(1);
    }

    @Test
    void shouldPutWhatCannotBeReadIntoTheDeadLettersAndGoOn() throws Exception {
        // Given
        start(writes);

        // When
        Exchange batch = consume(record("e1", "not protobuf".getBytes()), record("e2", product("lamp", -1)),
                record("e3", product("book", 5)));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(dead).containsExactlyInAnyOrder("e1", "e2");
        assertThat(TestStock.stock(database)).containsExactly("book 5");
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldCommitNothingWithoutADatabase() throws Exception {
        // Given
        StockWrites unavailable = new StockWrites(new UnavailableDataSource(), TestStock.TOPIC, TestStock.HOLD);
        start(unavailable);

        // When
        Exchange batch = consume(record("e1", product("book", 5)));

        // Then
        assertThat(batch.getException()).isInstanceOf(SQLException.class);
        assertThat(dead).isEmpty();
        assertThat(commits).hasValue(0);
        unavailable.close();
    }

    private static byte[] product(String id, int stock) {
        return ProductUpdated.newBuilder().setProductId(id).setVersion(1).setStock(stock).build().toByteArray();
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
        record.getMessage().setHeader(KafkaConstants.TOPIC, "product.updated");
        record.getMessage().setHeader(KafkaConstants.PARTITION, 0);
        record.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, (KafkaManualCommit) commits::incrementAndGet);
        record.getMessage().setHeader("ce_id", id.getBytes());
        return record;
    }
}
