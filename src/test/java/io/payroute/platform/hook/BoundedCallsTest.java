package io.payroute.platform.hook;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class BoundedCallsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BoundedCalls calls = new BoundedCalls("hook", 2, Duration.ofMillis(200), "payment.hook");
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger done = new AtomicInteger();

    @AfterEach
    void close() {
        open.countDown();
        calls.close();
    }

    @Test
    void shouldInterruptWhatTakesTooLongAndUseItsThreadAgain() {
        // Given
        AtomicInteger interrupted = new AtomicInteger();

        // When
        Throwable failure = ended(call(() -> {
            try {
                open.await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
            }
        }));

        // Then
        assertThat(failure).isInstanceOf(HookFailure.class).hasMessageContaining("payment.hook.timeout");
        await().until(() -> interrupted.get() == 1);
        assertThat(ended(call(done::incrementAndGet))).isNull();
        assertThat(ended(call(() -> assertNotInterrupted()))).isNull();
        assertThat(done.get()).isEqualTo(2);
    }

    @Test
    void shouldGoOnWithTheOtherThreadWhileOneHeedsNoInterrupt() {
        // Given
        assertThat(ended(call(this::hang))).isInstanceOf(HookFailure.class);

        // When
        List<Throwable> others = Stream.generate(() -> call(done::incrementAndGet)).limit(10).toList().stream()
                .map(BoundedCallsTest::ended).toList();

        // Then
        assertThat(others).containsOnlyNulls();
    }

    /** None of them waits for its own time-out. */
    @Test
    void shouldSendAwayWhoWaitsOnceAllThreadsHang() {
        // Given
        List<CompletableFuture<Void>> hanging = List.of(call(this::hang), call(this::hang));
        List<CompletableFuture<Void>> waiting = Stream.generate(() -> call(done::incrementAndGet)).limit(5).toList();

        // When
        hanging.forEach(BoundedCallsTest::ended);
        long since = System.nanoTime();
        List<Throwable> sentAway = waiting.stream().map(BoundedCallsTest::ended).toList();
        CompletableFuture<Void> trying = call(done::incrementAndGet);
        Throwable refused = ended(call(done::incrementAndGet));

        // Then
        assertThat(sentAway).allSatisfy(one -> assertThat(one).isInstanceOf(HookFailure.class).hasMessageContaining("hangs"));
        assertThat(refused).isInstanceOf(HookFailure.class).hasMessageContaining("hangs");
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(5));
        assertThat(trying).isNotDone();
        assertThat(done.get()).isZero();
    }

    @Test
    void shouldTakeCallsAgainOnceOneCameBackInTime() {
        // Given
        List.of(call(this::hang), call(this::hang)).forEach(BoundedCallsTest::ended);
        open.countDown();

        // When
        Throwable trying = ended(call(done::incrementAndGet));

        // Then
        assertThat(trying).isNull();
        assertThat(Stream.generate(() -> call(done::incrementAndGet)).limit(10).toList().stream().map(BoundedCallsTest::ended))
                .containsOnlyNulls();
    }

    @Test
    void shouldFailWhenNoThreadIsFreeInTime() {
        // Given
        call(this::hang);
        call(this::hang);

        // When
        Throwable failure = ended(
                calls.call(done::incrementAndGet, Duration.ofMillis(20)).toCompletableFuture());

        // Then
        assertThat(failure).isInstanceOf(HookFailure.class).hasMessageContaining("payment.hook.threads");
    }

    private CompletableFuture<Void> call(Runnable work) {
        return calls.call(work, PATIENCE).toCompletableFuture();
    }

    private static Throwable ended(CompletableFuture<Void> call) {
        Throwable failure = catchThrowable(() -> call.get(10, TimeUnit.SECONDS));
        return failure == null ? null : failure.getCause();
    }

    /** As a read from a socket does. */
    private void hang() {
        while (open.getCount() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            Thread.interrupted();
        }
    }

    private void assertNotInterrupted() {
        if (!Thread.currentThread().isInterrupted()) {
            done.incrementAndGet();
        }
    }
}
