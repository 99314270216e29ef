package io.payroute.order;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.order.model.OrderRole;
import io.payroute.order.model.OrderStatus;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.Claim;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class SagaQueueTest {

    private final TestDatabase database = TestDatabase.create(OrderRole.NAME);
    private final SagaQueue queue = new SagaQueue(TestRoles.databases(database.dataSource()));

    /** Step and state are changed together, but a statement sees other rows than the one it waited for as they were at its begin. */
    @Test
    void shouldReadTheOrderAsItIsOnceItsStepIsLocked() throws Exception {
        // Given
        database.execute("INSERT INTO orders (id, user_id, address, method, amount_minor, currency) "
                + "VALUES ('00000000-0000-7000-8000-000000000001', 'ada', 'a', 'card', 1, 'USD')");
        database.execute("INSERT INTO order_item SELECT id, 1, id, 'Book', 1, 1 FROM orders");
        database.execute("INSERT INTO order_saga (order_id, step) SELECT id, 'reverse' FROM orders");
        database.execute("CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END'");
        database.execute("CREATE TRIGGER held BEFORE UPDATE ON order_saga FOR EACH ROW EXECUTE FUNCTION held()");

        // When
        CompletableFuture<List<SagaTask>> claimed;
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(1)");
            claimed = CompletableFuture.supplyAsync(this::claim);
            await().untilAsserted(() -> assertThat(
                    database.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).isNotEmpty());
            statement.execute("UPDATE orders SET status = 'CANCELLED'");
            statement.execute("SELECT pg_advisory_unlock(1)");
        }

        // Then
        assertThat(claimed.get()).extracting(task -> task.order().status()).containsExactly(OrderStatus.CANCELLED);
    }

    private List<SagaTask> claim() {
        try {
            return queue.claim(new Claim(10, 10, Map.of(), Duration.ofMinutes(1)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
