package io.payroute.platform.outbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class OutboxRelayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static TestDatabase database;

    private final List<EventEnvelope> published = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldPublishEveryEventOnceAndInTheOrderOfItsKey() throws Exception {
        // Given
        insert(keys(40), 10);

        // When
        relay(published::addAll, 7).relay();

        // Then
        assertThat(published).hasSize(400);
        assertOrderPerKey(published);
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldPublishAnEventAsItWasWritten() throws Exception {
        // Given
        Sql.update(database.dataSource(), "INSERT INTO outbox (shard, topic, message_key, event_id, event_type, content_type, "
                + "headers, payload) VALUES (1, 'topic-1', ?, 'event-1', 'type-1', 'application/json', '{\"a\": \"b\"}', ?)",
                bytes("key-1"), bytes("{}"));

        // When
        relay(published::addAll, 10).relay();

        // Then
        assertThat(published).singleElement().satisfies(event -> {
            assertThat(event.topic()).isEqualTo("topic-1");
            assertThat(event.key()).isEqualTo(bytes("key-1"));
            assertThat(event.id()).isEqualTo("event-1");
            assertThat(event.type()).isEqualTo("type-1");
            assertThat(event.contentType()).isEqualTo("application/json");
            assertThat(event.headers()).isEqualTo("{\"a\": \"b\"}");
            assertThat(event.payload()).isEqualTo(bytes("{}"));
        });
    }

    @Test
    void shouldTakeNoMoreThanItMayWhateverThePlan() throws Exception {
        // Given
        insert(List.of("key-1"), 20);

        // When
        database.withNestedLoops(
                () -> new OutboxRelay("payment", database.dataSource(), published::addAll, 10, () -> 3, () -> false).relay());

        // Then
        assertThat(published).hasSize(3);
        assertThat(database.count("outbox")).isEqualTo(17);
    }

    @Test
    void shouldLoseNothingWhenTheBrokerIsUnavailable() throws Exception {
        // Given
        insert(keys(8), 5);

        // When
        assertThatThrownBy(relay(events -> {
            throw new IOException("broker is unavailable");
        }, 10)::relay)

                // Then
                .hasMessage("broker is unavailable");
        assertThat(database.count("outbox")).isEqualTo(40);
        assertThat(database.count("dead_letter")).isZero();
    }

    @Test
    void shouldGoOnWhereItStoppedWhenTheBrokerIsBack() throws Exception {
        // Given
        insert(keys(8), 5);
        OutboxRelay relay = relay(events -> {
            if (published.isEmpty()) {
                published.add(events.get(0));
                throw new IOException("broken half way");
            }
            published.addAll(events);
        }, 10);
        assertThatThrownBy(relay::relay).hasMessage("broken half way");
        published.remove(0);
        published.add(event("other", 0));

        // When
        relay.relay();

        // Then
        assertThat(database.count("outbox")).isZero();
        published.remove(0);
        assertThat(published).hasSize(40);
        assertOrderPerKey(published);
    }

    @Test
    void shouldPutARefusedEventIntoTheDeadLettersAndGoOnBehindIt() throws Exception {
        // Given
        insert(keys(4), 5);
        Sql.update(database.dataSource(), Outbox.INSERT + "VALUES (0, 'topic', ?, 'too-large', 'type', 'text', NULL, ?)",
                bytes("large"), bytes("large payload"));
        insert(keys(4), 5, 5);

        // When
        relay(events -> {
            if (events.stream().anyMatch(event -> event.id().equals("too-large"))) {
                throw new RecordTooLargeException("The record is larger than max.request.size");
            }
            published.addAll(events);
        }, 100).relay();

        // Then
        assertThat(published).hasSize(40);
        assertOrderPerKey(published);
        assertThat(database.count("outbox")).isZero();
        assertThat(database.rows("SELECT source, event_id, route_id, convert_from(payload, 'UTF8') FROM dead_letter"))
                .containsExactly("topic too-large payment-outbox large payload");
    }

    @Test
    void shouldKeepTheOrderOfEachKeyWithTwoRelaysAtWork() throws Exception {
        // Given
        OutboxRelay.Publisher slowly = events -> {
            for (EventEnvelope event : events) {
                Thread.yield();
                published.add(event);
            }
        };
        List<OutboxRelay> relays = List.of(relay(slowly, 3), relay(slowly, 5));
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 30; i++) {
                insert(keys(20), 1, i);
            }
        });

        // When
        List<CompletableFuture<Void>> workers = relays.stream().map(relay -> CompletableFuture.runAsync(() -> {
            try {
                while (!writer.isDone() || database.count("outbox") > 0) {
                    relay.relay();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        })).toList();

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(workers).allMatch(CompletableFuture::isDone));
        assertThat(workers).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(published).hasSize(600);
        assertOrderPerKey(published);
    }

    @Test
    void shouldLeaveAShardToTheRelayThatHoldsIt() throws Exception {
        // Given
        insert(List.of("key"), 3);
        List<EventEnvelope> second = new ArrayList<>();
        List<Boolean> again = new ArrayList<>();

        // When
        boolean left = relay(events -> {
            again.add(relay(second::addAll, 10).relay());
            published.addAll(events);
        }, 10).relay();

        // Then
        assertThat(published).hasSize(3);
        assertThat(second).isEmpty();
        assertThat(again).as("whether the other looks again soon").containsExactly(true);
        assertThat(left).isFalse();
    }

    @Test
    void shouldPassOnNoMoreThanItsPace() throws Exception {
        // Given
        insert(keys(8), 5);
        OutboxRelay relay = new OutboxRelay("payment", database.dataSource(), published::addAll, 100, () -> 4, () -> false);

        // When
        relay.relay();

        // Then
        assertThat(published).hasSize(4);
        assertThat(database.count("outbox")).isEqualTo(36);
    }

    @Test
    void shouldTakeNothingWhileItsPaceIsZero() throws Exception {
        // Given
        insert(keys(1), 1);
        OutboxRelay relay = new OutboxRelay("payment", database.dataSource(), published::addAll, 100, () -> 0, () -> false);

        // When
        boolean left = relay.relay();

        // Then
        assertThat(left).as("whether it is to be called again soon").isTrue();
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldBeginNoOtherBatchWhenItIsToEnd() throws Exception {
        // Given
        insert(keys(8), 5);

        // When
        new OutboxRelay("payment", database.dataSource(), published::addAll, 2, () -> Integer.MAX_VALUE,
                () -> !published.isEmpty()).relay();

        // Then
        assertThat(published).hasSize(2);
        assertThat(database.count("outbox")).isEqualTo(38);
    }

    private OutboxRelay relay(OutboxRelay.Publisher publisher, int batchSize) {
        return new OutboxRelay("payment", database.dataSource(), publisher, batchSize, () -> Integer.MAX_VALUE, () -> false);
    }

    private static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "key-" + i).toList();
    }

    private static void insert(List<String> keys, int each) {
        insert(keys, each, 0);
    }

    private static void insert(List<String> keys, int each, int from) {
        List<EventEnvelope> events = new ArrayList<>();
        for (int i = from; i < from + each; i++) {
            for (String key : keys) {
                events.add(event(key, i));
            }
        }
        Rows<EventEnvelope> rows = Outbox.columns(new Rows<>(), event -> event);
        try {
            Sql.update(database.dataSource(), Outbox.INSERT + "SELECT shard, 'topic', message_key, event_id, 'type', 'text', "
                    + "traceparent, payload FROM " + rows.unnest(), rows.of(events));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EventEnvelope event(String key, int number) {
        return new EventEnvelope("topic", bytes(key), key + "#" + number, "type", "text", null, bytes("payload"));
    }

    private static void assertOrderPerKey(List<EventEnvelope> events) {
        Map<String, List<Integer>> numbers = events.stream().collect(Collectors.groupingBy(
                event -> event.id().split("#")[0],
                Collectors.mapping(event -> Integer.valueOf(event.id().split("#")[1]), Collectors.toList())));
        assertThat(numbers.values())
                .allSatisfy(order -> assertThat(order).isEqualTo(IntStream.range(0, order.size()).boxed().toList()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
