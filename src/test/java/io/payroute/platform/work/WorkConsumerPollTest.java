package io.payroute.platform.work;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.payroute.platform.work.ToyQueue.Task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class WorkConsumerPollTest extends ToyRoute {

    @Test
    void shouldGoOnWhenTheDatabaseIsBack() throws Exception {
        // Given
        dataSource.off = true;
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a')");
        start("maxInFlight=1" + QUICK, route -> route.process(e -> done(e.getMessage().getBody(Task.class))));
        await().during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(seen).isEmpty());

        // When
        dataSource.off = false;

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
    }

    @Test
    void shouldPollAtOnceWhenWoken() throws Exception {
        // Given
        start("maxInFlight=1&pollInterval=1h", route -> route.process(e -> done(e.getMessage().getBody(Task.class))));
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a')");

        // When
        WakeUps.wake("toy");

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
    }

    @Test
    void shouldPollAtOnceWhenAStepSaysThatItCommittedATask() throws Exception {
        // Given
        start("maxInFlight=1&pollInterval=1h", route -> route.process(e -> done(e.getMessage().getBody(Task.class))));
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a')");

        // When
        camel.createFluentProducerTemplate().to("work:toy").send();

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
    }

    @Test
    void shouldTakeWhatEndsToMakeRoomWithoutAPoll() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 100) i");

        // When
        start("maxInFlight=2&maxInFlightPerKey=1&pollInterval=1h&claimInterval=1ms",
                route -> route.process(e -> done(e.getMessage().getBody(Task.class))));

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
    }

    @Test
    void shouldTakeATrickleWhenThePaceSaysSo() throws Exception {
        // Given
        pace = 1;
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 5) i");

        // When
        start("maxInFlight=10&pollInterval=1h&claimInterval=50ms",
                route -> route.process(e -> done(e.getMessage().getBody(Task.class))));

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
        assertThat(meters.counter("payroute.work.claimed", "role", "toy", "queue", "toy").count()).isEqualTo(5);
    }

    @Test
    void shouldClaimOnceAGapWhilePermitsAreReleasedOneByOne() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 40) i");

        // When
        start("maxInFlight=4&pollInterval=1h&claimInterval=50ms",
                route -> route.process(e -> seen.add(e.getMessage().getBody(Task.class))));

        // Then
        await().untilAsserted(() -> assertThat(seen).hasSize(40));
        List<Long> times = List.copyOf(queue.claimedAt);
        assertThat(IntStream.range(1, times.size()).mapToObj(i -> Duration.ofNanos(times.get(i) - times.get(i - 1))))
                .allMatch(between -> between.compareTo(Duration.ofMillis(50)) >= 0);
    }
}
