package io.payroute.platform.reload;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FolderWatchTest {

    private static final Duration PAUSE = Duration.ofMillis(5);

    private final AtomicReference<String> hash = new AtomicReference<>("at the start");
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger reloads = new AtomicInteger();
    private FolderWatch watch;

    @AfterEach
    void stop() {
        watch.stop();
    }

    @Test
    void shouldReloadOnceForEachChange() {
        // Given
        watch(true, reloads::incrementAndGet);

        // When
        hash.set("changed");
        await().until(() -> reloads.get() == 1);
        hash.set("changed again");

        // Then
        await().until(() -> reloads.get() == 2);
        awaitLooks();
        assertThat(reloads).hasValue(2);
    }

    @Test
    void shouldNotReloadWithoutAChange() {
        // When
        watch(true, reloads::incrementAndGet);

        // Then
        awaitLooks();
        assertThat(reloads).hasValue(0);
    }

    @Test
    void shouldTryAgainWhileAnotherReloadIsUnderWay() {
        // Given
        watch(true, () -> {
            if (reloads.incrementAndGet() == 1) {
                throw Refusal.conflict("Another reload is under way.");
            }
        });

        // When
        hash.set("changed");

        // Then
        await().until(() -> reloads.get() == 2);
    }

    /** A file that is being written is another at each look. */
    @Test
    void shouldWaitUntilTheFolderStaysTheSame() {
        // Given
        AtomicInteger writes = new AtomicInteger();
        watch = new FolderWatch(true, () -> {
            looks.incrementAndGet();
            return "writing " + writes.incrementAndGet();
        }, reloads::incrementAndGet, PAUSE);

        // When
        watch.start();

        // Then
        awaitLooks();
        assertThat(reloads).hasValue(0);
    }

    @Test
    void shouldNotLookWhereItIsOff() {
        // When
        watch(false, reloads::incrementAndGet);

        // Then
        assertThat(looks).hasValue(0);
    }

    private void watch(boolean on, Runnable reload) {
        watch = new FolderWatch(on, () -> {
            looks.incrementAndGet();
            return hash.get();
        }, reload, PAUSE);
        watch.start();
    }

    private void awaitLooks() {
        int before = looks.get();
        await().until(() -> looks.get() > before + 5);
    }
}
