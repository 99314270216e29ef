package io.payroute.platform.access;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import io.github.bucket4j.TimeMeter;

import static org.assertj.core.api.Assertions.assertThat;

class LocalBucketsTest {

    private static final int MOST = 1_000;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
    private final LocalBuckets buckets = new LocalBuckets(RateLimit.limit("", 10, 10, Duration.ofSeconds(1)), MOST,
            new TimeMeter() {
                @Override
                public long currentTimeNanos() {
                    return now.get();
                }

                @Override
                public boolean isWallClockBased() {
                    return false;
                }
            });

    @Test
    void shouldLetABurstPassAndThenWhatComesBack() {
        // When
        long burst = consumed("ada", 15);
        now.addAndGet(Duration.ofMillis(300).toNanos());
        long later = consumed("ada", 15);
        now.addAndGet(Duration.ofMinutes(10).toNanos());
        long rested = consumed("ada", 15);

        // Then
        assertThat(burst).isEqualTo(10);
        assertThat(later).isEqualTo(3);
        assertThat(rested).isEqualTo(10);
        assertThat(consumed("bob", 15)).isEqualTo(10);
    }

    @Test
    void shouldKeepABoundedNumberOfBuckets() {
        for (int user = 0; user < 100_000; user++) {
            // When
            buckets.takeNow("user-" + user);

            // Then
            assertThat(buckets.size()).isLessThanOrEqualTo(MOST);
        }
    }

    @Test
    void shouldGiveNobodyASecondBurstForBeingDropped() {
        // Given
        assertThat(consumed("ada", 15)).isEqualTo(10);

        // When
        for (int user = 0; user < 50 * MOST; user++) {
            buckets.takeNow("user-" + user);
        }

        // Then
        assertThat(consumed("ada", 15)).isLessThanOrEqualTo(1);
        assertThat(consumed("user-7", 15)).isLessThanOrEqualTo(1);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(consumed("ada", 15)).isEqualTo(10);
    }

    @Test
    void shouldForgetWhoDoesNotCallAnyMore() {
        // Given
        for (int user = 0; user < MOST / 2; user++) {
            buckets.takeNow("user-" + user);
        }

        // When
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        for (int call = 0; call < 100; call++) {
            buckets.takeNow("ada");
        }

        // Then
        assertThat(buckets.size()).isEqualTo(1);
    }

    private long consumed(String user, int calls) {
        long consumed = 0;
        for (int call = 0; call < calls; call++) {
            consumed += buckets.takeNow(user).isConsumed() ? 1 : 0;
        }
        return consumed;
    }
}
