package io.payroute.platform.work;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTest {

    @Test
    void shouldStayBetweenHalfOfAndTheWholeOfTheDoubledDelay() {
        Seeded.check(10_000, random -> {
            // Given
            long first = 1 + random.nextInt(5_000);
            long max = first + random.nextInt(100_000_000);
            int attempt = 1 + random.nextInt(60);

            // When
            long delay = new Backoff(Duration.ofMillis(first), Duration.ofMillis(max)).after(attempt).toMillis();

            // Then
            double ceiling = Math.min(max, first * Math.pow(2, attempt - 1));
            assertThat((double) delay).isBetween(Math.floor(ceiling / 2), ceiling);
        });
    }

    @Test
    void shouldTakeItsJitterFromTheGivenSource() {
        // When
        Backoff least = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), () -> 0);
        Backoff most = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), () -> 1);

        // Then
        assertThat(least.after(3)).isEqualTo(Duration.ofMillis(200));
        assertThat(most.after(3)).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void shouldWaitAsLongAsItHasLastedWithinItsBounds() {
        // Given
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

        // When
        List<Duration> pauses = Stream.of("PT0S", "PT7S", "PT1H").map(Duration::parse).map(backoff::within).toList();

        // Then
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofMinutes(1));
    }

    @Test
    void shouldTreatNoAttemptAsTheFirst() {
        // When
        Duration delay = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), () -> 1).after(0);

        // Then
        assertThat(delay).isEqualTo(Duration.ofMillis(100));
    }
}
