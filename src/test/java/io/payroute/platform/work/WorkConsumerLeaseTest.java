package io.payroute.platform.work;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.payroute.platform.work.ToyQueue.Task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

class WorkConsumerLeaseTest extends ToyRoute {

    @Test
    void shouldGiveBackWhatWaitedForHalfItsLease() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a'), (2, 'a')");

        // When
        start("maxInFlight=1&ahead=1&lease=3s" + QUICK, route -> route.delay(2000).process(e -> {
            done(e.getMessage().getBody(Task.class));
        }));

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
        assertThat(count("given.back")).isPositive();
        assertThat(seen).extracting(Task::id, Task::claims).containsExactly(tuple(1, 1), tuple(2, 1));
    }

    @Test
    void shouldNotBeginWhatAnotherHasTakenThoughOthersWereRenewed() throws Exception {
        // Given
        queue.renews = true;
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a'), (2, 'a')");
        start("maxInFlight=2&threads=1&lease=1s" + QUICK, route -> route.process(e -> {
            begin();
            release.await();
            seen.add(e.getMessage().getBody(Task.class));
        }));
        await().untilAsserted(() -> assertThat(queue.renewals).isPositive());

        // When
        DATABASE.execute("UPDATE toy SET claims = claims + 1, due_at = now() + interval '1 hour'");
        long end = System.nanoTime() + Duration.ofMillis(700).toNanos();
        await().until(() -> System.nanoTime() - end > 0);
        release.countDown();

        // Then
        await().untilAsserted(() -> assertThat(count("in.flight")).isZero());
        assertThat(seen).hasSize(1);
        assertThat(count("given.back")).isEqualTo(1);
        assertThat(DATABASE.rows("SELECT DISTINCT claims, due_at > now() FROM toy")).containsExactly("2 t");
    }

    @Test
    void shouldRenewAgainSoonAfterARenewalFailed() throws Exception {
        // Given
        queue.renews = true;
        queue.failedRenewals = 1;
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a')");
        start("maxInFlight=1&lease=16s" + QUICK, route -> route.process(e -> release.await()));

        // When
        await().untilAsserted(() -> assertThat(queue.renewals).isEqualTo(1));

        // Then
        await().atMost(Duration.ofMillis(3500)).untilAsserted(() -> assertThat(queue.renewals).isEqualTo(2));
    }
}
