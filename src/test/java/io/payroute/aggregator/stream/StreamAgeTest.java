package io.payroute.aggregator.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.payroute.aggregator.AggregatorRole;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StreamAgeTest {

    private static final StreamFilter ALL = new StreamFilter(null, null, null);
    private static TestDatabase database;

    private final List<String> ends = new CopyOnWriteArrayList<>();
    private PaymentTail tail;

    private final class Reader implements StreamSink {

        @Override
        public void begin(String cursor) {
            // Not looked at.
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void send(StreamedEvent event) {
            throw new IllegalStateException("There are no events.");
        }

        @Override
        public void end(End reason, String cursor) {
            ends.add(reason + " " + cursor);
        }
    }

    @BeforeAll
    static void create() throws Exception {
        database = TestDatabase.create(AggregatorRole.NAME);
    }

    @AfterEach
    void close() {
        tail.close();
    }

    @Test
    void shouldEndAStreamThatIsAsOldAsOneMayBecome() throws Exception {
        // Given
        tail = tail(Duration.ofMillis(500));

        // When
        tail.subscribe(ALL, "latest", new Reader());

        // Then
        await().untilAsserted(() -> assertThat(ends).containsExactly("OLD 0"));
        assertThat(tail.subscribers()).isZero();
    }

    @Test
    void shouldKeepOneThatIsYounger() throws Exception {
        // Given
        tail = tail(Duration.ofHours(1));

        // When
        tail.subscribe(ALL, "latest", new Reader());

        // Then
        await().during(Duration.ofMillis(700)).untilAsserted(() -> assertThat(tail.subscribers()).isEqualTo(1));
        assertThat(ends).isEmpty();
    }

    private static PaymentTail tail(Duration maxAge) {
        return new PaymentTail(database.dataSource(), 8, Duration.ofMillis(50), Duration.ofSeconds(2), maxAge);
    }
}
