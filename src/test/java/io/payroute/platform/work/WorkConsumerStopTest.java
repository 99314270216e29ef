package io.payroute.platform.work;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;

import io.payroute.platform.work.ToyQueue.Task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class WorkConsumerStopTest extends ToyRoute {

    @Test
    void shouldGiveBackWhatHasNotBegunAndFinishWhatHasWhenStopped() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 10) i");
        start("maxInFlight=2&threads=2&ahead=4" + QUICK, route -> route.process(e -> {
            begin();
            release.await();
            done(e.getMessage().getBody(Task.class));
        }));
        await().untilAsserted(() -> assertThat(running).hasValue(2));
        Thread stopping = new Thread(camel::stop);

        // When
        stopping.start();
        await().untilAsserted(() -> assertThat(count("given.back")).isEqualTo(4));
        release.countDown();
        stopping.join();

        // Then
        assertThat(seen).hasSize(2);
        assertThat(DATABASE.rows("SELECT due_at <= now(), claims, count(*) FROM toy GROUP BY 1, 2")).containsExactly("t 0 8");
    }

    @Test
    void shouldCutOffWhatRunsAndGiveBackWhatDoesNotWhenAStopTakesTooLong() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a'), (2, 'a')");
        start("maxInFlight=2&threads=1" + QUICK, route -> route.process(e -> {
            begin();
            release.await();
            done(e.getMessage().getBody(Task.class));
        }));
        await().untilAsserted(() -> assertThat(count("in.flight")).isEqualTo(2));
        await().untilAsserted(() -> assertThat(running).hasValue(1));

        // When
        camel.getRouteController().stopRoute("toy", 200, TimeUnit.MILLISECONDS);

        // Then
        assertThat(queue.cutOff).hasSize(1);
        assertThat(DATABASE.rows("SELECT due_at <= now(), claims FROM toy ORDER BY 2")).containsExactly("t 0", "f 1");
    }

    @Test
    void shouldHaveAllItsPermitsWhenStartedAgain() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 3) i");
        start("maxInFlight=3&threads=1" + QUICK, route -> route.process(e -> {
            begin();
            release.await();
            done(e.getMessage().getBody(Task.class));
        }));
        await().untilAsserted(() -> assertThat(count("in.flight")).isEqualTo(3));
        await().untilAsserted(() -> assertThat(running).hasValue(1));

        // When
        camel.getRouteController().stopRoute("toy", 200, TimeUnit.MILLISECONDS);
        await().untilAsserted(() -> assertThat(count("in.flight")).isZero());
        release.countDown();
        camel.getRouteController().startRoute("toy");

        // Then
        await().untilAsserted(() -> assertThat(seen).hasSize(2));
    }

    @Test
    void shouldCountWhatIsInFlightInTheRouteThatTookThePlaceOfAnother() throws Exception {
        // Given
        Steps holds = route -> route.process(e -> {
            begin();
            release.await();
            done(e.getMessage().getBody(Task.class));
        });
        start("maxInFlight=2&threads=1" + QUICK, holds);
        camel.getRouteController().stopRoute("toy");
        camel.removeRoute("toy");
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a'), (2, 'a')");

        // When
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                holds.add(from("work:toy?maxInFlight=2&threads=1" + QUICK).routeId("toy"));
            }
        });

        // Then
        await().untilAsserted(() -> assertThat(running).hasValue(1));
        await().untilAsserted(() -> assertThat(count("in.flight")).isEqualTo(2));
    }

    @Test
    void shouldClaimNothingMoreOnceItStops() throws Exception {
        // Given
        CountDownLatch answer = new CountDownLatch(1);
        AtomicReference<Thread> claiming = new AtomicReference<>();
        queue.beforeClaim = () -> {
            claiming.set(Thread.currentThread());
            answer.await();
        };
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a'), (2, 'a'), (3, 'a')");
        start("maxInFlight=10&claimSize=1" + QUICK, route -> route.process(e -> done(e.getMessage().getBody(Task.class))));
        await().untilAsserted(() -> assertThat(queue.claimedAt).hasSize(1));
        camel.getRouteController().stopRoute("toy");

        // When
        answer.countDown();
        claiming.get().join(30_000);

        // Then
        assertThat(claiming.get().isAlive()).isFalse();
        assertThat(queue.claimedAt).hasSize(1);
        assertThat(seen).isEmpty();
        assertThat(DATABASE.rows("SELECT due_at <= now(), claims, count(*) FROM toy GROUP BY 1, 2")).containsExactly("t 0 3");
    }

    @Test
    void shouldGiveBackWhatHasNotBegunWhenSuspended() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 5) i");
        start("maxInFlight=3&threads=1&ahead=2" + QUICK, route -> route.process(e -> {
            begin();
            release.await();
            done(e.getMessage().getBody(Task.class));
        }));
        await().untilAsserted(() -> assertThat(count("in.flight") + count("waiting")).isEqualTo(5));
        await().untilAsserted(() -> assertThat(running).hasValue(1));

        // When
        ServiceHelper.suspendService(camel.getRoute("toy").getConsumer());

        // Then
        assertThat(DATABASE.rows("SELECT due_at <= now(), claims, count(*) FROM toy GROUP BY 1, 2 ORDER BY 2"))
                .containsExactly("t 0 4", "f 1 1");
        release.countDown();
        await().untilAsserted(() -> assertThat(seen).hasSize(1));
        await().untilAsserted(() -> assertThat(count("in.flight")).isZero());
    }

    @Test
    void shouldTakeEverythingAgainWhenResumed() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 5) i");
        start("maxInFlight=3&threads=1&ahead=2" + QUICK, route -> route.process(e -> {
            begin();
            release.await();
            done(e.getMessage().getBody(Task.class));
        }));
        await().untilAsserted(() -> assertThat(running).hasValue(1));
        ServiceHelper.suspendService(camel.getRoute("toy").getConsumer());
        release.countDown();

        // When
        ServiceHelper.resumeService(camel.getRoute("toy").getConsumer());

        // Then
        await().untilAsserted(() -> assertThat(seen).hasSize(5));
        assertThat(seen).extracting(Task::id).doesNotHaveDuplicates();
        assertThat(DATABASE.count("toy")).isZero();
    }

    @Test
    void shouldNotWaitForADatabaseThatDoesNotAnswer() throws Exception {
        // Given
        CountDownLatch answer = new CountDownLatch(1);
        queue.beforeClaim = answer::await;
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a')");
        start("maxInFlight=1" + QUICK, route -> route.process(e -> done(e.getMessage().getBody(Task.class))));
        await().untilAsserted(() -> assertThat(queue.claimedAt).hasSize(1));
        long before = System.nanoTime();

        // When
        camel.getRouteController().stopRoute("toy");

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
        answer.countDown();
        await().untilAsserted(() -> assertThat(count("given.back")).isEqualTo(1));
        assertThat(seen).isEmpty();
        assertThat(DATABASE.rows("SELECT due_at <= now(), claims FROM toy")).containsExactly("t 0");
    }
}
