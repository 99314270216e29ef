package io.payroute.payment.operation;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.Ids;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.Claim;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class OperationQueueTest {

    private final TestDatabase database = TestDatabase.create();

    @BeforeEach
    void requested() {
        for (int i = 0; i < 10; i++) {
            database.execute("WITH p AS (INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, capture) "
                    + "VALUES (?, 'user-1', 1000, 'USD', 'card', 'sandbox', false) RETURNING id) INSERT INTO payment_operation "
                    + "(id, payment_id, kind, provider, amount_minor, requested_by) SELECT ?, id, 'cancel', 'sandbox', 1000, 'shop' FROM p",
                    Ids.next(), Ids.next());
        }
    }

    @Test
    void shouldClaimWhatIsDueOnce() throws Exception {
        // Given
        OperationQueue operations = operations(new ProviderBreakers(50, 10, Duration.ofMinutes(5)));

        // When
        List<OperationTask> claimed = claim(operations, 0);

        // Then
        assertThat(claimed).hasSize(10).allSatisfy(task -> assertThat(task.call().operation()).isEqualTo("cancel"));
        assertThat(claim(operations, 0)).isEmpty();
    }

    @Test
    void shouldTryAProviderThatFailedWithAFew() throws Exception {
        // Given
        ProviderBreakers breakers = new ProviderBreakers(50, 10, Duration.ofMillis(50));
        for (int i = 0; i < 10; i++) {
            breakers.record("sandbox", false, new ProviderOutcome.Unanswered("timeout"));
        }
        await().untilAsserted(() -> assertThat(breakers.failing().halfOpen()).containsExactly("sandbox"));
        OperationQueue operations = operations(breakers);

        // When
        List<OperationTask> claimed = claim(operations, 0);

        // Then
        assertThat(claimed).hasSize(breakers.trials()).hasSize(2);
        assertThat(claim(operations, claimed.size())).isEmpty();
    }

    @Test
    void shouldGiveBackAsIfItHadNeverBeenClaimed() throws Exception {
        // Given
        OperationQueue operations = operations(new ProviderBreakers(50, 10, Duration.ofMinutes(5)));
        List<OperationTask> claimed = claim(operations, 0);

        // When
        operations.giveBack(claimed);

        // Then
        assertThat(database.rows("SELECT DISTINCT attempts, queries, sent_at IS NULL, due_at <= now() FROM payment_operation"))
                .containsExactly("0 0 t t");
    }

    private static List<OperationTask> claim(OperationQueue queue, int held) throws Exception {
        return queue.claim(new Claim(100, 100, held == 0 ? Map.of() : Map.of("sandbox", held), Duration.ofMinutes(1)));
    }

    private OperationQueue operations(ProviderBreakers breakers) {
        return new OperationQueue(TestRoles.databases(database.dataSource()), breakers);
    }
}
