package io.payroute.platform.work;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PrototypeExchangeFactory;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ExchangeFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.work.ToyQueue.Task;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

class WorkConsumerTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final String QUICK = "&pollInterval=20ms&claimInterval=5ms";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Queue<Task> seen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Switch dataSource = new Switch(DATABASE.dataSource());
    private final ToyQueue queue = new ToyQueue(dataSource);
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private volatile int pace = Integer.MAX_VALUE;

    /** A database that can be switched off. */
    private static final class Switch extends PGSimpleDataSource {

        private final transient DataSource on;
        private volatile boolean off;

        Switch(DataSource on) {
            this.on = on;
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (off) {
                throw new SQLException("Connection refused", "08001");
            }
            return on.getConnection();
        }
    }

    private static final class FirstFails extends PrototypeExchangeFactory {

        private final AtomicInteger made = new AtomicInteger();

        FirstFails(Consumer consumer) {
            super(consumer);
        }

        @Override
        public ExchangeFactory newExchangeFactory(Consumer consumer) {
            FirstFails factory = new FirstFails(consumer);
            factory.setCamelContext(getCamelContext());
            return factory;
        }

        @Override
        public Exchange create(Endpoint endpoint, boolean autoRelease) {
            if (made.getAndIncrement() == 0) {
                throw new IllegalStateException("no exchange");
            }
            return super.create(endpoint, autoRelease);
        }
    }

    @BeforeEach
    void table() {
        DATABASE.execute("DROP TABLE IF EXISTS toy");
        DATABASE.execute("CREATE TABLE toy (id int4 PRIMARY KEY, key text NOT NULL, due_at timestamptz NOT NULL DEFAULT now(), "
                + "claims int4 NOT NULL DEFAULT 0)");
    }

    @AfterEach
    void stop() {
        release.countDown();
        camel.stop();
    }

    @Test
    void shouldRunTheRouteOnceForEachDueTask() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 1000) i");
        DATABASE.execute("INSERT INTO toy VALUES (2000, 'a', now() + interval '1 hour')");

        // When
        start("maxInFlight=50&claimSize=20" + QUICK, route -> route.process(e -> done(e.getMessage().getBody(Task.class))));

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.rows("SELECT id FROM toy")).containsExactly("2000"));
        assertThat(seen).extracting(Task::id).doesNotHaveDuplicates().hasSize(1000);
        await().untilAsserted(() -> assertThat(count("settled")).isEqualTo(1000));
        assertThat(count("claimed")).isEqualTo(1000);
    }

    @Test
    void shouldRunManyTasksThatWaitOnOneThread() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 200) i");

        // When
        start("maxInFlight=200&threads=1" + QUICK, route -> route.process(e -> begin()).delay(300).asyncDelayed().end()
                .process(e -> done(e.getMessage().getBody(Task.class))));

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
        assertThat(mostRunning).hasValueGreaterThan(100);
    }

    @Test
    void shouldRunNoMoreThanItsPermits() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 60) i");

        // When
        start("maxInFlight=3&threads=8&ahead=10" + QUICK, route -> route.process(e -> begin()).delay(5).asyncDelayed().end()
                .process(e -> done(e.getMessage().getBody(Task.class))));

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
        assertThat(mostRunning).hasValue(3);
    }

    @Test
    void shouldLetASlowKeyStarveNobody() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'slow', now() - interval '1 minute' FROM generate_series(1, 500) i");
        DATABASE.execute("INSERT INTO toy SELECT i, 'quick' FROM generate_series(501, 520) i");

        // When
        start("maxInFlight=8&maxInFlightPerKey=2&threads=8&ahead=40" + QUICK, route -> route.process(e -> {
            Task task = e.getMessage().getBody(Task.class);
            if (task.key().equals("slow")) {
                begin();
                release.await();
                running.decrementAndGet();
            } else {
                done(task);
            }
        }));

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.rows("SELECT id FROM toy WHERE key = 'quick'")).isEmpty());
        assertThat(mostRunning).hasValue(2);
    }

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
    void shouldClaimAgainWhatEndedUnsettledWhenItsLeaseIsOver() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a')");

        // When
        start("maxInFlight=1&lease=300ms" + QUICK, route -> route.process(e -> {
            Task task = e.getMessage().getBody(Task.class);
            if (task.claims() == 1) {
                seen.add(task);
                throw new IllegalStateException("the database does not answer");
            }
            done(task);
        }));

        // Then
        await().untilAsserted(() -> assertThat(seen).extracting(Task::claims).containsExactly(1, 2));
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
        assertThat(count("failed")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldBeginNothingWhileResultsWaitForTheDatabase(int maxInFlight) throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a'), (2, 'a')");
        start("threads=1&maxInFlight=" + maxInFlight + "&ahead=5" + QUICK, route -> route.process(e -> {
            Task task = e.getMessage().getBody(Task.class);
            queue.blocked = task.id() == 1;
            done(task);
        }));
        await().untilAsserted(() -> assertThat(seen).isNotEmpty());

        // When
        await().during(Duration.ofMillis(200)).untilAsserted(() -> assertThat(seen).hasSize(1));
        queue.blocked = false;

        // Then
        await().untilAsserted(() -> assertThat(seen).extracting(Task::id).containsExactly(1, 2));
    }

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
        start("maxInFlight=1&lease=8s" + QUICK, route -> route.process(e -> release.await()));

        // When
        await().untilAsserted(() -> assertThat(queue.renewals).isEqualTo(1));

        // Then
        await().atMost(Duration.ofMillis(1500)).untilAsserted(() -> assertThat(queue.renewals).isEqualTo(2));
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
    void shouldRunTasksOnItsOwnThreadsOnly() throws Exception {
        // Given
        Set<String> threads = ConcurrentHashMap.newKeySet();
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 1500) i");

        // When
        start("maxInFlight=1500&claimSize=1500&threads=1" + QUICK, route -> route.process(e -> {
            threads.add(Thread.currentThread().getName());
            release.await();
            seen.add(e.getMessage().getBody(Task.class));
        }));
        await().untilAsserted(() -> assertThat(count("in.flight")).isEqualTo(1500));
        release.countDown();

        // Then
        await().untilAsserted(() -> assertThat(seen).hasSize(1500));
        assertThat(threads).hasSize(1);
    }

    @Test
    void shouldReleaseThePermitOfATaskThatCouldNotBegin() throws Exception {
        // Given
        camel.getCamelContextExtension().setExchangeFactory(new FirstFails(null));
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a')");

        // When
        start("maxInFlight=1&lease=300ms" + QUICK, route -> route.process(e -> done(e.getMessage().getBody(Task.class))));

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("toy")).isZero());
        assertThat(count("failed")).isEqualTo(1);
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

    @Test
    void shouldClaimNothingMoreOnceItStops() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy SELECT i, 'a' FROM generate_series(1, 4000) i");
        start("maxInFlight=10000&claimSize=1" + QUICK,
                route -> route.process(e -> seen.add(e.getMessage().getBody(Task.class))));
        await().untilAsserted(() -> assertThat(seen).isNotEmpty());

        // When
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        camel.getRouteController().stopRoute("toy");

        // Then
        assertThat(queue.claimedAt).noneMatch(at -> at - end > 0);
    }

    private interface Steps {
        void add(RouteDefinition route);
    }

    private void start(String parameters, Steps steps) throws Exception {
        camel.getRegistry().bind("toy", queue);
        camel.addComponent("work", new WorkComponent(meters, () -> () -> pace));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                steps.add(from("work:toy?" + parameters).routeId("toy"));
            }
        });
        camel.start();
    }

    private void begin() {
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    }

    private void done(Task task) throws Exception {
        queue.done(task);
        seen.add(task);
        running.decrementAndGet();
    }

    private double count(String name) {
        return meters.getMeters().stream().filter(meter -> meter.getId().getName().equals("payroute.work." + name))
                .mapToDouble(meter -> meter.measure().iterator().next().getValue()).sum();
    }
}
