package io.payroute.platform.work;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.payroute.platform.work.ToyQueue.Task;

import static org.assertj.core.api.Assertions.assertThat;

class HeldTasksTest {

    private static final Duration LEASE = Duration.ofMinutes(1);

    @Test
    void shouldKeepThePermitsOfOthersFromAKeyOfWhichTooManyWereClaimed() {
        // Given
        HeldTasks<Task> held = new HeldTasks<>(20, 15, 0);

        // When
        held.add(tasks("slow", 20), System.nanoTime() + LEASE.toNanos());
        held.begin();
        Claim claim = held.claim(500, LEASE);

        // Then
        assertThat(claim.limit()).isEqualTo(5);
        assertThat(claim.full()).containsExactly("slow");
        held.add(tasks("quick", 5), System.nanoTime() + LEASE.toNanos());
        assertThat(held.begin()).hasSize(5);
        assertThat(held.claim(500, LEASE).limit()).isZero();
        assertThat(held.inFlight()).isEqualTo(20);
    }

    private static List<Task> tasks(String key, int count) {
        return IntStream.range(0, count).mapToObj(id -> new Task(id, key, 1)).toList();
    }
}
