package io.payroute.order;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

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

import io.payroute.order.model.OrderRole;
import io.payroute.payment.UnavailableDataSource;
import io.payroute.platform.Failures;
import io.payroute.platform.TestRoles;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** What an event of a payment does to its order: it makes it due, and nothing else. */
class WakeOrdersTest {

    private static final String WAITING = "00000000-0000-7000-8000-000000000001";
    private static final String PAYING = "00000000-0000-7000-8000-000000000002";
    private static final String DONE = "00000000-0000-7000-8000-000000000003";

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final List<String> dead = new CopyOnWriteArrayList<>();
    private final AtomicInteger commits = new AtomicInteger();

    @BeforeAll
    static void create() {
        database = TestDatabase.create(OrderRole.NAME);
    }

    @BeforeEach
    void fill() {
        database.clear();
        for (String id : List.of(WAITING, PAYING, DONE)) {
            database.execute("INSERT INTO orders (id, user_id, address, method, amount_minor, currency, status) "
                    + "VALUES ('%s', 'ada', 'a', 'card', 1, 'USD', '%s')".formatted(id, id.equals(DONE) ? "PAID" : "PENDING"));
        }
        database.execute(
                "INSERT INTO order_saga (order_id, step, due_at) VALUES ('%s', 'await-payment', now() + interval '1 h'), "
                        .formatted(WAITING) + "('%s', 'pay', now() + interval '1 h')".formatted(PAYING));
    }

    private void start(DataSource dataSource) throws Exception {
        context.getRegistry().bind("kafkaBatch", TestBatches.of(letter -> dead.add(letter.eventId())));
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterStep());
        context.getRegistry().bind("wakeOrders", new WakeOrders(TestRoles.databases(dataSource)));
        Routes.load(context, "shared/error-handling.camel.yaml", "order/30-payments.camel.yaml");
        AdviceWith.adviceWith(context, "order-payments", route -> route.replaceFromWith("direct:batch"));
        AdviceWith.adviceWith(context, "order-wake", route -> route.weaveById("to-sagas-woken").remove());
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldMakeOrdersDueAndKeepTheirSteps() throws Exception {
        // Given
        start(database.dataSource());

        // When
        Exchange batch = consume(record("e1", event(WAITING)), record("e2", event(PAYING)), record("e3", event(DONE)),
                record("e4", event(WAITING)), record("e5", event("no order of ours")), record("e6", event("")),
                record("e7", event(UUID.randomUUID().toString())));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(database.rows("SELECT order_id, step, due_at <= now(), woken FROM order_saga ORDER BY order_id"))
                .containsExactly(WAITING + " await-payment t t", PAYING + " pay f t", DONE + " await-payment t f");
        assertThat(database.rows("SELECT status FROM orders ORDER BY id")).containsExactly("PENDING", "PENDING", "PAID");
        assertThat(commits).hasValue(1);
        assertThat(dead).isEmpty();
    }

    @Test
    void shouldLeaveAnOrderWhosePaymentIsUnderWay() throws Exception {
        // Given
        start(database.dataSource());

        // When
        consume(record("e1", event(WAITING, "processing")), record("e2", event(PAYING, "failed")));

        // Then
        assertThat(database.rows("SELECT order_id FROM order_saga WHERE woken")).containsExactly(PAYING);
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldPutWhatCannotBeReadIntoTheDeadLettersAndGoOn() throws Exception {
        // Given
        start(database.dataSource());

        // When
        Exchange batch = consume(record("e1", "not protobuf".getBytes()), record("e2", event(WAITING)));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(dead).containsExactly("e1");
        assertThat(database.rows("SELECT order_id FROM order_saga WHERE woken")).containsExactly(WAITING);
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldCommitNothingWithoutADatabase() throws Exception {
        // Given
        start(new UnavailableDataSource());

        // When
        Exchange batch = consume(record("e1", event(WAITING)));

        // Then
        assertThat(batch.getException()).isInstanceOf(SQLException.class);
        assertThat(commits).hasValue(0);
    }

    private static byte[] event(String order) {
        return event(order, "completed");
    }

    private static byte[] event(String order, String status) {
        return PaymentStatusUpdated.newBuilder().setPaymentId("p").setOrderId(order).setStatus(status).build().toByteArray();
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
        record.getMessage().setHeader(KafkaConstants.TOPIC, "payment.status-updated");
        record.getMessage().setHeader(KafkaConstants.PARTITION, 0);
        record.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, (KafkaManualCommit) commits::incrementAndGet);
        record.getMessage().setHeader("ce_id", id.getBytes());
        return record;
    }
}
