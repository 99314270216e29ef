package io.payroute.inventory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.payment.UnavailableDataSource;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class ExpireRouteTest {

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final StockWrites writes = TestStock.writes(database, Duration.ZERO);
    private final AtomicInteger told = new AtomicInteger();

    @BeforeAll
    static void create() {
        database = TestDatabase.create(InventoryRole.NAME);
    }

    @BeforeEach
    void reserve() throws Exception {
        database.clear();
        TestStock.product(database, "book", 5);
        writes.write(TestStock.wanted("order-1", "book 2"));
    }

    @AfterEach
    void stop() {
        context.stop();
        writes.close();
    }

    @Test
    void shouldTellWhatIsForSaleAgainBehindTheCommit() throws Exception {
        // Given
        start(writes);

        // When
        Exchange task = send();

        // Then
        assertThat(task.getException()).isNull();
        assertThat(TestStock.stock(database)).containsExactly("book 5");
        assertThat(told).hasValue(1);
    }

    @Test
    void shouldLeaveTheTaskToItsLeaseWithoutADatabase() throws Exception {
        // Given
        StockWrites unavailable = new StockWrites(new UnavailableDataSource(), TestStock.TOPIC, Duration.ZERO);
        start(unavailable);

        // When
        Exchange task = send();

        // Then
        assertThat(task.getException()).isNotNull();
        assertThat(told).hasValue(0);
        assertThat(database.count("reservation_expiry")).isEqualTo(1);
        unavailable.close();
    }

    private void start(StockWrites process) throws Exception {
        context.getRegistry().bind("expireStock", new ExpireStock(process));
        Routes.load(context, "shared/error-handling.camel.yaml", "inventory/30-expire.camel.yaml");
        AdviceWith.adviceWith(context, "inventory-expire", route -> {
            route.replaceFromWith("direct:due");
            route.weaveById("to-outbox-stock-expired").replace().process(exchange -> told.incrementAndGet());
        });
        context.start();
    }

    private Exchange send() {
        return context.createProducerTemplate().send("direct:due",
                exchange -> exchange.getMessage().setBody(new DueExpiry("order-1", 1)));
    }
}
