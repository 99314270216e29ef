package io.payroute.platform.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class GroupCommitTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<List<String>> written = new CopyOnWriteArrayList<>();
    private GroupCommit<String, String> commits;

    @AfterEach
    void close() {
        gate.countDown();
        commits.close();
    }

    @Test
    void shouldAnswerOnlyAfterTheCommit() throws Exception {
        // Given
        commits = new GroupCommit<>("test", 1, 10, 10, this::writeBehindTheGate);
        CompletableFuture<String> answer = commits.submit("a");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(commits.depth()).isZero());
        boolean answeredBefore = answer.isDone();

        // When
        gate.countDown();

        // Then
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("done a");
        assertThat(answeredBefore).isFalse();
    }

    @Test
    void shouldWriteWhatWaitsTogetherAndAnswerEachItsOwn() {
        // Given
        commits = new GroupCommit<>("test", 1, 10, 10, this::writeBehindTheGate);
        List<CompletableFuture<String>> answers = submitBehindTheFirst("a", "b", "c");

        // When
        gate.countDown();

        // Then
        assertThat(answers).extracting(CompletableFuture::join).containsExactly("done first", "done a", "done b", "done c");
        assertThat(written).containsExactly(List.of("first"), List.of("a", "b", "c"));
    }

    @Test
    void shouldWaitAMomentForMoreWhereItIsTold() {
        // Given
        gate.countDown();
        commits = new GroupCommit<>("test", 1, 10, 10, Duration.ofSeconds(1), this::writeBehindTheGate);
        CompletableFuture<String> first = commits.submit("a");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(commits.depth()).isZero());

        // When
        CompletableFuture<String> second = commits.submit("b");

        // Then
        assertThat(first).succeedsWithin(PATIENCE);
        assertThat(second).succeedsWithin(PATIENCE);
        assertThat(written).containsExactly(List.of("a", "b"));
    }

    @Test
    void shouldFailABadRequestAlone() {
        // Given
        commits = new GroupCommit<>("test", 1, 10, 10, this::writeBehindTheGate);
        List<CompletableFuture<String>> answers = submitBehindTheFirst("a", "bad", "c");

        // When
        gate.countDown();

        // Then
        assertThat(answers.get(1).join()).isEqualTo("done a");
        assertThat(answers.get(3).join()).isEqualTo("done c");
        assertThatThrownBy(() -> answers.get(2).join()).hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldFailAllAtOnceWhileTheDatabaseIsUnavailable() {
        // Given
        commits = new GroupCommit<>("test", 1, 10, 10, this::writeBehindTheGate);
        List<CompletableFuture<String>> answers = submitBehindTheFirst("a", "unavailable", "c");

        // When
        gate.countDown();

        // Then
        assertThat(answers.subList(1, 4)).allSatisfy(answer -> assertThatThrownBy(answer::join)
                .hasCauseInstanceOf(SQLException.class));
        assertThat(written).containsExactly(List.of("first"), List.of("a", "unavailable", "c"));
    }

    @Test
    void shouldThrowWhatTheWriterThrew() {
        // When
        commits = new GroupCommit<>("test", 1, 10, 10, this::writeBehindTheGate);
        gate.countDown();

        // Then
        assertThatThrownBy(() -> commits.write("bad", PATIENCE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseWhenTheQueueIsFull() {
        // Given
        commits = new GroupCommit<>("test", 1, 1, 2, this::writeBehindTheGate);
        submitBehindTheFirst("a", "b");

        // When
        assertThatThrownBy(() -> commits.submit("c"))

                // Then
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(commits.depth()).isEqualTo(2);
    }

    @Test
    void shouldStopWaitingAfterItsTimeout() {
        // Given
        commits = new GroupCommit<>("test", 1, 10, 10, this::writeBehindTheGate);

        // When
        assertThatThrownBy(() -> commits.write("a", Duration.ofMillis(50)))

                // Then
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void shouldNotWriteAloneWhatWasGivenUpWhileItsBatchWasRefused() {
        // Given
        List<CompletableFuture<String>> answers = new CopyOnWriteArrayList<>();
        commits = new GroupCommit<>("test", 1, 10, 10, requests -> {
            gate.await(20, TimeUnit.SECONDS);
            written.add(requests);
            if (requests.size() > 1) {
                answers.get(1).cancel(false);
            }
            throw new IllegalArgumentException("refused");
        });
        answers.addAll(submitBehindTheFirst("given up", "kept"));

        // When
        gate.countDown();

        // Then
        await().atMost(PATIENCE).until(answers.get(2)::isDone);
        assertThat(written).containsExactly(List.of("first"), List.of("given up", "kept"), List.of("kept"));
    }

    @Test
    void shouldWriteWhatWaitsWhenClosed() {
        // Given
        commits = new GroupCommit<>("test", 1, 2, 10, this::writeBehindTheGate);
        List<CompletableFuture<String>> answers = submitBehindTheFirst("a", "b", "c");
        gate.countDown();

        // When
        commits.close();

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
        assertThatThrownBy(() -> commits.submit("late")).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void shouldWriteBesideABatchThatHangs() {
        // Given
        commits = new GroupCommit<>("test", 2, 10, 10, Duration.ZERO, Duration.ofMillis(1), requests -> {
            if (requests.contains("first")) {
                gate.await();
            }
            return requests;
        });
        CompletableFuture<String> first = commits.submit("first");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(commits.depth()).isZero());

        // When
        CompletableFuture<String> second = commits.submit("a");

        // Then
        assertThat(second).succeedsWithin(PATIENCE);
        assertThat(first).isNotDone();
    }

    @Test
    void shouldWriteOneBatchAtATimeWhileNoneHangs() {
        // Given
        commits = new GroupCommit<>("test", 3, 10, 10, Duration.ZERO, Duration.ofHours(1), this::writeBehindTheGate);
        List<CompletableFuture<String>> answers = submitBehindTheFirst("a", "b", "c");

        // When
        gate.countDown();

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(answer).succeedsWithin(PATIENCE));
        assertThat(written).containsExactly(List.of("first"), List.of("a", "b", "c"));
    }

    @Test
    @Timeout(4)
    void shouldEndAtOnceWhenClosedWithNothingToWrite() {
        // Given
        commits = new GroupCommit<>("test", 3, 10, 10, this::writeBehindTheGate);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(flushers()).hasSize(3)
                .anySatisfy(flusher -> assertThat(flusher.getState()).isEqualTo(Thread.State.WAITING)));

        // When
        commits.close();

        // Then
        assertThat(flushers()).isEmpty();
    }

    private static List<Thread> flushers() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("test-")).toList();
    }

    @Test
    void shouldNeverWriteMoreThanABatch() {
        // Given
        commits = new GroupCommit<>("test", 1, 3, 100, this::writeBehindTheGate);
        List<CompletableFuture<String>> answers = submitBehindTheFirst("1", "2", "3", "4", "5", "6", "7");

        // When
        gate.countDown();

        // Then
        answers.forEach(CompletableFuture::join);
        assertThat(written).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(3));
        assertThat(written).hasSize(4);
    }

    private List<CompletableFuture<String>> submitBehindTheFirst(String... requests) {
        List<CompletableFuture<String>> answers = new ArrayList<>(List.of(commits.submit("first")));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(commits.depth()).isZero());
        for (String request : requests) {
            answers.add(commits.submit(request));
        }
        return answers;
    }

    private List<String> writeBehindTheGate(List<String> requests) throws Exception {
        gate.await(20, TimeUnit.SECONDS);
        written.add(requests);
        if (requests.contains("bad")) {
            throw new IllegalArgumentException("bad");
        }
        if (requests.contains("unavailable")) {
            throw new SQLException("gone", "08006");
        }
        return requests.stream().map(request -> "done " + request).toList();
    }
}
