package io.payroute.order;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.order.model.OrderRole;
import io.payroute.order.model.OrderStatus;
import io.payroute.order.model.SagaStep;
import io.payroute.platform.TestRoles;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Claim;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The result of a step and an event about the payment at the same time, in either order: both have their effect. */
@Timeout(60)
class SettleSagaTest {

    private static final UUID ORDER = new UUID(0x7000, 0x8000000000000001L);

    private static TestDatabase database;
    private SettleSaga settle;
    private SagaQueue queue;

    @BeforeAll
    static void create() {
        database = TestDatabase.create(OrderRole.NAME);
    }

    @BeforeEach
    void fill() {
        database.clear();
        database.execute("INSERT INTO orders (id, user_id, address, method, amount_minor, currency) "
                + "VALUES ('%s', 'ada', 'a', 'card', 1, 'USD')".formatted(ORDER));
        database.execute("INSERT INTO order_item SELECT id, 1, id, 'Book', 1, 1 FROM orders");
        database.execute("INSERT INTO order_saga (order_id, step) SELECT id, 'commit' FROM orders");
        settle = new SettleSaga(database.dataSource(), () -> false);
        queue = new SagaQueue(TestRoles.databases(database.dataSource()));
    }

    @AfterEach
    void close() {
        settle.close();
    }

    @Test
    void shouldStoreAResultThatWaitsForAnEvent() throws Exception {
        // Given
        SagaTask task = claim();

        // When
        CompletableFuture<Void> stored;
        try (Connection event = database.dataSource().getConnection()) {
            event.setAutoCommit(false);
            wake(event);
            stored = settle.settle(sold(task)).toCompletableFuture();
            awaitWaiting(1);
            event.commit();
            event.setAutoCommit(true);
        }
        stored.get();

        // Then: it is paid, and its payment is looked at once more.
        assertThat(database.rows("SELECT status FROM orders")).containsExactly("PAID");
        assertThat(database.rows("SELECT step, due_at <= now(), leased_until IS NULL, woken FROM order_saga"))
                .containsExactly("await-payment t t f");
    }

    @Test
    void shouldKeepAnEventThatWaitsForAResult() throws Exception {
        // Given
        SagaTask task = claim();

        // When
        CompletableFuture<Void> stored;
        CompletableFuture<Void> told;
        try (Connection holder = database.dataSource().getConnection()) {
            holder.setAutoCommit(false);
            Sql.update(holder, "UPDATE orders SET updated_at = now()");
            stored = settle.settle(sold(task)).toCompletableFuture();
            awaitWaiting(1);
            told = CompletableFuture.runAsync(SettleSagaTest::wake);
            awaitWaiting(2);
            holder.commit();
            holder.setAutoCommit(true);
        }
        stored.get();
        told.get();

        // Then
        assertThat(database.rows("SELECT status FROM orders")).containsExactly("PAID");
        assertThat(database.rows("SELECT step, due_at <= now(), leased_until IS NULL FROM order_saga"))
                .containsExactly("await-payment t t");
    }

    @Test
    void shouldNotTakeTheResultOfAClaimBeforeTheRowWentAndCameAgain() throws Exception {
        // Given
        SagaTask late = claim();
        settle.settle(sold(late)).toCompletableFuture().get();
        wake();
        SagaTask current = claim();

        // When
        settle.settle(new SettleSaga.Result(ORDER, late.claim(), SagaStep.RELEASE, Duration.ZERO, false, null,
                OrderStatus.PAID, OrderStatus.REFUNDED, null, SettleSaga.Payment.UNKNOWN, null)).toCompletableFuture().get();

        // Then
        assertThat(current.claim()).isNotEqualTo(late.claim());
        assertThat(database.rows("SELECT status FROM orders")).containsExactly("PAID");
        assertThat(database.rows("SELECT step, claim FROM order_saga")).containsExactly("await-payment " + current.claim());
    }

    private static SettleSaga.Result sold(SagaTask task) {
        return new SettleSaga.Result(ORDER, task.claim(), null, Duration.ZERO, false, null, OrderStatus.PENDING,
                OrderStatus.PAID, null, SettleSaga.Payment.UNKNOWN, null);
    }

    private SagaTask claim() throws SQLException {
        return queue.claim(new Claim(10, 10, Map.of(), Duration.ofMinutes(1))).get(0);
    }

    private static void wake() {
        try (Connection connection = database.dataSource().getConnection()) {
            wake(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void wake(Connection connection) throws SQLException {
        Sql.update(connection, WakeOrders.WAKE, Sql.column("uuid", List.of(ORDER), id -> id));
    }

    private static void awaitWaiting(int sessions) {
        await().untilAsserted(() -> assertThat(database.rows("SELECT pid FROM pg_stat_activity "
                + "WHERE datname = current_database() AND wait_event_type = 'Lock'")).hasSize(sessions));
    }
}
