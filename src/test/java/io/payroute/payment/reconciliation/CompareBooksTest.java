package io.payroute.payment.reconciliation;

import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** How long a comparison may take, seen by a table that somebody else holds. */
@Timeout(60)
class CompareBooksTest {

    private static final Duration ABSENT_AFTER = Duration.ofHours(25);
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final int USUAL_MS = 1_000;

    private final TestDatabase database = TestDatabase.create();
    private CompletableFuture<Void> holder;
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        connection = database.dataSource().getConnection();
        connection.setNetworkTimeout(Runnable::run, USUAL_MS);
        connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        holder.get(30, TimeUnit.SECONDS);
    }

    @Test
    void shouldTakeLongerThanAnyOtherStatementMay() throws Exception {
        // Given
        hold(3);

        // When
        new CompareBooks(ABSENT_AFTER, Duration.ofMinutes(1), LEASE).compare(connection, UUID.randomUUID());

        // Then
        assertThat(connection.getNetworkTimeout()).isEqualTo(USUAL_MS);
        assertThat(holder).isDone();
    }

    @Test
    void shouldEndWithItsOwnTimeOut() {
        // Given
        hold(3);

        // When
        assertThatThrownBy(
                () -> new CompareBooks(ABSENT_AFTER, Duration.ofMillis(200), LEASE).compare(connection, UUID.randomUUID()))

                // Then
                .hasMessageContaining("statement timeout");
        assertThat(holder).isNotDone();
    }

    private void hold(int seconds) {
        holder = CompletableFuture.runAsync(() -> database.execute("DO $$ BEGIN LOCK TABLE reconciliation_difference; "
                + "PERFORM pg_sleep(" + seconds + "); END $$"));
        await().untilAsserted(() -> assertThat(database.rows("SELECT 1 FROM pg_locks WHERE granted "
                + "AND relation = 'reconciliation_difference'::regclass AND mode = 'AccessExclusiveLock'")).isNotEmpty());
    }
}
