package io.payroute.platform.work;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.impl.engine.PrototypeExchangeFactory;
import org.apache.camel.spi.ExchangeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.work.ToyQueue.Task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class WorkConsumerTest extends ToyRoute {

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
        await().untilAsserted(() -> assertThat(mostRunning).hasValueGreaterThanOrEqualTo(2));
        assertThat(mostRunning).hasValue(2);
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
}
