package io.payroute.platform.http;

import java.time.Duration;
import java.util.function.IntSupplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AcceptFirstTest {

    private static final int ALL = Integer.MAX_VALUE;
    private static final int BUSY = 8;

    private long now = 1;
    private int requests;
    private final AcceptFirst acceptFirst = acceptFirst(BUSY, 5);
    private final IntSupplier pace = acceptFirst.pace();

    @Test
    void shouldTakeAllThereIsWhileFewRequestsAreInside() {
        // Given
        requests = BUSY;
        pass(Duration.ofSeconds(5));

        // When
        int limit = pace.getAsInt();

        // Then
        assertThat(limit).isEqualTo(ALL);
    }

    @Test
    void shouldTakeAllThereIsWhenManyRequestsCameThisMoment() {
        // Given
        requests = 10 * BUSY;
        pass(Duration.ofMillis(20));

        // When
        int limit = pace.getAsInt();

        // Then
        assertThat(limit).isEqualTo(ALL);
    }

    @Test
    void shouldTakeATrickleAndThenPauseWhileManyRequestsAreInside() {
        // Given
        saturate();

        // When
        int first = pace.getAsInt();
        pass(Duration.ofMillis(99));
        int soon = pace.getAsInt();
        pass(Duration.ofMillis(1));
        int later = pace.getAsInt();

        // Then
        assertThat(first).isEqualTo(5);
        assertThat(soon).isZero();
        assertThat(later).isEqualTo(5);
    }

    @Test
    void shouldGiveEachLoopATrickleOfItsOwn() {
        // Given
        saturate();
        pace.getAsInt();

        // When
        int another = acceptFirst.pace().getAsInt();

        // Then
        assertThat(another).isEqualTo(5);
    }

    @Test
    void shouldTakeAllThereIsAgainWhenTheBurstIsOver() {
        // Given
        saturate();
        pace.getAsInt();
        requests = 0;
        pass(Duration.ofSeconds(2));

        // When
        int limit = pace.getAsInt();

        // Then
        assertThat(limit).isEqualTo(ALL);
    }

    @Test
    void shouldTakeAllThereIsAgainUnderALoadThatLasts() {
        // Given
        saturate();
        pass(Duration.ofSeconds(30));

        // When
        int limit = pace.getAsInt();

        // Then
        assertThat(limit).isEqualTo(ALL);
    }

    @Test
    void shouldTakeAllThereIsWhereItIsTurnedOff() {
        // Given
        IntSupplier off = acceptFirst(0, 0).pace();
        saturate();

        // When
        int limit = off.getAsInt();

        // Then
        assertThat(limit).isEqualTo(ALL);
    }

    @Test
    void shouldRefuseATrickleOfNothing() {
        assertThatThrownBy(() -> acceptFirst(BUSY, 0)).hasMessageContaining("accept-first.trickle must be at least 1");
    }

    private void saturate() {
        pace.getAsInt();
        requests = 10 * BUSY;
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofMillis(100));
            acceptFirst.pace().getAsInt();
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private AcceptFirst acceptFirst(int busyRequests, int trickle) {
        return new AcceptFirst(() -> requests, () -> now, busyRequests, trickle, Duration.ofMillis(100),
                Duration.ofSeconds(30));
    }
}
