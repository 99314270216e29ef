package io.payroute.platform.work;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.sql.GroupCommit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class TaskResultsTest {

    private static final SQLException AWAY = new SQLException("Connection refused", "08001");

    private final Deque<SQLException> failures = new ArrayDeque<>();
    private final List<String> written = new CopyOnWriteArrayList<>();
    private volatile boolean stopping;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final TaskResults<String> results = new TaskResults<>(new GroupCommit<>("test", 1, 10, 10, this::write),
            () -> stopping);

    @AfterEach
    void close() {
        results.close();
    }

    @Test
    void shouldLetNothingBeginUntilTheDatabaseHasTakenAResult() {
        // Given
        failures.add(AWAY);
        failures.add(AWAY);

        // When
        CompletableFuture<Void> done = results.write("sent").toCompletableFuture();

        // Then
        await().untilAsserted(() -> assertThat(results.waiting()).isTrue());
        await().untilAsserted(() -> assertThat(done).isCompleted());
        assertThat(written).containsExactly("sent");
        assertThat(results.waiting()).isFalse();
    }

    @Test
    void shouldNotOfferAgainWhatTheDatabaseWillNeverTake() {
        // Given
        failures.add(new SQLException("a constraint", "23514"));

        // When
        CompletableFuture<Void> done = results.write("sent").toCompletableFuture();

        // Then
        await().untilAsserted(() -> assertThat(done).isCompletedExceptionally());
        assertThat(results.waiting()).isFalse();
    }

    @Test
    void shouldWriteResultsWhileAStepBehindAnotherTakesItsTime() throws Exception {
        // Given
        CountDownLatch slow = new CountDownLatch(1);
        gate = new CountDownLatch(1);
        CompletableFuture<Void> behind = results.write("first").thenRun(() -> {
            try {
                slow.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }).toCompletableFuture();
        gate.countDown();
        await().untilAsserted(() -> assertThat(written).containsExactly("first"));

        // When
        CompletableFuture<Void> second = results.write("second").toCompletableFuture();

        // Then
        await().untilAsserted(() -> assertThat(second).isCompleted());
        assertThat(behind).isNotDone();
        slow.countDown();
    }

    @Test
    void shouldWaitForNoDatabaseWhileTheProcessStops() {
        // Given
        stopping = true;
        failures.add(AWAY);

        // When
        CompletableFuture<Void> done = results.write("sent").toCompletableFuture();

        // Then
        await().untilAsserted(() -> assertThat(done).isCompletedExceptionally());
    }

    private List<Void> write(List<String> many) throws SQLException, InterruptedException {
        gate.await();
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
        written.addAll(many);
        return Collections.nCopies(many.size(), null);
    }
}
