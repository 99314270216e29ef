package io.payroute.platform.http;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class WaitersTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration NEVER = Duration.ofHours(1);

    private final Map<UUID, String> ended = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Collection<UUID>> polls = new ConcurrentLinkedQueue<>();
    private volatile boolean unavailable;
    /** Holds a poll up until it is counted down. */
    private volatile CountDownLatch polling = new CountDownLatch(0);
    private Waiters<String> waiters;

    @AfterEach
    void close() {
        waiters.close();
    }

    @Test
    void shouldEndAWaitAsSoonAsItIsToldOf() {
        // Given
        start(10, NEVER);
        UUID id = UUID.randomUUID();
        CompletableFuture<Optional<String>> wait = wait(id, LONG);
        await().untilAsserted(() -> assertThat(polls).hasSize(1));

        // When
        ended.put(id, "completed");
        waiters.ended(List.of(UUID.randomUUID(), id));

        // Then
        assertThat(wait.join()).hasValue("completed");
        assertThat(waiters.count()).isZero();
    }

    @Test
    void shouldFindWhatEndedInAnotherProcess() {
        // Given
        start(10, Duration.ofMillis(20));
        UUID id = UUID.randomUUID();
        CompletableFuture<Optional<String>> wait = wait(id, LONG);
        await().untilAsserted(() -> assertThat(polls).hasSizeGreaterThan(1));

        // When
        ended.put(id, "failed");

        // Then
        assertThat(wait.join()).hasValue("failed");
    }

    @Test
    void shouldFindWhatHadEndedBefore() {
        // Given
        start(10, NEVER);
        UUID id = UUID.randomUUID();
        ended.put(id, "completed");

        // When
        CompletableFuture<Optional<String>> wait = wait(id, LONG);

        // Then
        assertThat(wait.join()).hasValue("completed");
    }

    @Test
    void shouldPollForAllThatIsWaitedForAtOnce() {
        // Given
        start(2_000, NEVER);
        polling = new CountDownLatch(1);
        List<UUID> ids = Stream.generate(UUID::randomUUID).limit(1_000).toList();
        List<CompletableFuture<Optional<String>>> waits = ids.stream().map(id -> wait(id, LONG)).toList();
        ids.forEach(id -> ended.put(id, id.toString()));

        // When
        polling.countDown();

        // Then
        IntStream.range(0, ids.size()).forEach(i -> assertThat(waits.get(i).join()).hasValue(ids.get(i).toString()));
        assertThat(polls).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void shouldTellEverybodyWhoWaitsForTheSame() {
        // Given
        start(10, NEVER);
        UUID id = UUID.randomUUID();
        List<CompletableFuture<Optional<String>>> waits = List.of(wait(id, LONG), wait(id, LONG));

        // When
        ended.put(id, "completed");
        waiters.ended(List.of(id));

        // Then
        assertThat(waits).allSatisfy(wait -> assertThat(wait.join()).hasValue("completed"));
    }

    @Test
    void shouldLetNoRequestWaitLongerThanItMay() {
        // Given
        start(10, NEVER);

        // When
        CompletableFuture<Optional<String>> wait = wait(UUID.randomUUID(), Duration.ofMillis(50));

        // Then
        assertThat(wait.join()).isEmpty();
        assertThat(waiters.count()).isZero();
    }

    @Test
    void shouldLetNobodyWaitForTheAnswerOfAnother() {
        // Given
        start(10, NEVER);
        CountDownLatch held = new CountDownLatch(1);
        UUID id = UUID.randomUUID();
        CompletableFuture<Void> byPoll = wait(id, LONG).thenAccept(ended -> awaitQuietly(held));
        CompletableFuture<Void> byPatience = wait(UUID.randomUUID(), Duration.ofMillis(50))
                .thenAccept(ended -> awaitQuietly(held));
        ended.put(id, "completed");
        waiters.ended(List.of(id));
        await().untilAsserted(() -> assertThat(waiters.count()).isZero());

        // When
        UUID other = UUID.randomUUID();
        ended.put(other, "completed");
        CompletableFuture<Optional<String>> found = wait(other, LONG);
        CompletableFuture<Optional<String>> gone = wait(UUID.randomUUID(), Duration.ofMillis(50));

        // Then
        assertThat(found).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(Optional.of("completed"));
        assertThat(gone).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(Optional.empty());
        assertThat(List.of(byPoll, byPatience)).noneMatch(CompletableFuture::isDone);
        held.countDown();
    }

    @Test
    void shouldAnswerAtOnceWhenThereIsNoRoom() {
        // Given
        start(1, NEVER);
        CompletableFuture<Optional<String>> first = wait(UUID.randomUUID(), LONG);

        // When
        CompletableFuture<Optional<String>> second = wait(UUID.randomUUID(), LONG);

        // Then
        assertThat(second).isCompletedWithValue(Optional.empty());
        assertThat(first).isNotDone();
    }

    @Test
    void shouldPollAgainAfterAPollFailed() {
        // Given
        start(10, Duration.ofMillis(20));
        unavailable = true;
        UUID id = UUID.randomUUID();
        ended.put(id, "completed");
        CompletableFuture<Optional<String>> wait = wait(id, LONG);
        await().untilAsserted(() -> assertThat(polls).hasSizeGreaterThan(2));

        // When
        unavailable = false;

        // Then
        assertThat(wait.join()).hasValue("completed");
    }

    @Test
    void shouldNotPollWhileNobodyWaits() {
        // Given
        start(10, Duration.ofMillis(5));
        wait(UUID.randomUUID(), Duration.ofMillis(50)).join();
        int before = polls.size();

        // When
        waiters.ended(List.of(UUID.randomUUID()));

        // Then
        await().during(Duration.ofMillis(100)).untilAsserted(() -> assertThat(polls).hasSizeLessThanOrEqualTo(before + 1));
    }

    @Test
    void shouldEndAllWaitsWhenItCloses() {
        // Given
        start(10, NEVER);
        CompletableFuture<Optional<String>> wait = wait(UUID.randomUUID(), LONG);

        // When
        waiters.close();

        // Then
        assertThat(wait).isCompletedWithValue(Optional.empty());
        assertThat(wait(UUID.randomUUID(), LONG)).isCompletedWithValue(Optional.empty());
    }

    private void start(int max, Duration interval) {
        waiters = new Waiters<>("test-waiters", max, interval, ids -> {
            polls.add(ids);
            awaitQuietly(polling);
            if (unavailable) {
                throw new IllegalStateException("unavailable");
            }
            Map<UUID, String> found = new HashMap<>();
            ids.forEach(id -> found.computeIfAbsent(id, ended::get));
            return found;
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Optional<String>> wait(UUID id, Duration patience) {
        return waiters.await(id, patience).toCompletableFuture();
    }
}
