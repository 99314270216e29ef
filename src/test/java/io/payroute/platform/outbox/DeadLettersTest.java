package io.payroute.platform.outbox;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DeadLettersTest {

    private static final String TOPIC = "payment-topic";
    private static TestDatabase database;

    private final DeadLetters deadLetters = new DeadLetters("payment", database.dataSource());

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldStoreTheLetterAndItsCopyForTheTopicTogether() throws Exception {
        // When
        deadLetters.store(letter("event-1", "garbage"));

        // Then
        assertThat(database.rows("SELECT source, source_partition, source_offset, event_id, attempts, cause FROM dead_letter"))
                .containsExactly("payment-topic 2 41 event-1 1 it is garbage");
        assertThat(database.rows("SELECT shard, topic, event_id, convert_from(message_key, 'UTF8'), "
                + "convert_from(payload, 'UTF8') FROM outbox"))
                .containsExactly(Outbox.shard(bytes("key-1")) + " payment-topic.dlq event-1 key-1 garbage");
        assertThat(new JsonObject(database.value("SELECT headers FROM outbox")))
                .isEqualTo(new JsonObject().put("payroute-cause", "it is garbage").put("payroute-route", "payment-decode")
                        .put("payroute-attempts", "1").put("payroute-original-topic", TOPIC)
                        .put("payroute-original-partition", "2").put("payroute-original-offset", "41"));
    }

    @Test
    void shouldCloseWhatIsDiscardedForGood() throws Exception {
        // Given
        deadLetters.store(letter("event-1", "garbage"));
        long id = Long.parseLong(database.value("SELECT id FROM dead_letter"));
        database.rows("DELETE FROM outbox RETURNING 1");

        // When
        int discarded = deadLetters.discard(List.of(id), "a test of the shop", "ada");
        deadLetters
                .store(new DeadLetters.Letter(TOPIC, 2, 41L, bytes("key-1"), "event-1", "type", "text/plain", bytes("garbage"),
                        "payment-decode", "it is garbage", 1, 0, ""));

        // Then
        assertThat(discarded).isEqualTo(1);
        assertThat(deadLetters.open()).isZero();
        assertThat(deadLetters.find(id)).satisfies(one -> {
            assertThat(one.discardReason()).isEqualTo("a test of the shop");
            assertThat(one.discardedBy()).isEqualTo("ada");
        });
        assertThat(database.value("SELECT count(*) FROM outbox")).isEqualTo("0");
        assertThat(deadLetters.discard(List.of(id), "again", "bob")).isZero();
    }

    @Test
    void shouldForgetTheReasonWhenALetterIsReplayedAfterAll() throws Exception {
        // Given
        deadLetters.store(letter("event-1", "garbage"));
        long id = Long.parseLong(database.value("SELECT id FROM dead_letter"));
        deadLetters.discard(List.of(id), "a test of the shop", "ada");

        // When
        deadLetters.replay(List.of(id));

        // Then
        assertThat(deadLetters.find(id).discardReason()).isNull();
        assertThat(database.value("SELECT count(*) FROM outbox WHERE topic = '" + TOPIC + "'")).isEqualTo("1");
    }

    @Test
    void shouldStoreManyInOneTransaction() throws Exception {
        // Given
        List<DeadLetters.Letter> many = IntStream.range(0, 1_000).mapToObj(i -> letter("event-" + i % 900, "garbage " + i))
                .toList();

        // When
        deadLetters.store(many);

        // Then
        assertThat(database.rows("SELECT count(*), count(DISTINCT xmin::text), sum(attempts) FROM dead_letter"))
                .containsExactly("900 1 900");
        assertThat(database.value("SELECT count(*) FROM outbox WHERE topic = 'payment-topic.dlq'")).isEqualTo("900");
        assertThat(database.value("SELECT convert_from(payload, 'UTF8') FROM dead_letter WHERE event_id = 'event-7'"))
                .isEqualTo("garbage 907");
    }

    @Test
    void shouldStoreNeitherWhenOneIsRefused() {
        // Given
        database.execute("ALTER TABLE outbox ADD CONSTRAINT no_dlq CHECK (topic <> 'payment-topic.dlq')");

        // When
        assertThatThrownBy(() -> deadLetters.store(letter("event-1", "garbage")))

                // Then
                .isInstanceOf(SQLException.class);
        database.execute("ALTER TABLE outbox DROP CONSTRAINT no_dlq");
        assertThat(database.count("dead_letter")).isZero();
    }

    @Test
    void shouldKeepOneLetterForAnEventThatFailsAgain() throws Exception {
        // Given
        deadLetters.store(letter("event-1", "garbage"));
        deadLetters.replay(List.of(onlyId()));

        // When
        deadLetters.store(letter("event-1", "still garbage", 1));

        // Then
        assertThat(database.rows("SELECT event_id, attempts, convert_from(payload, 'UTF8'), replayed_at FROM dead_letter"))
                .containsExactly("event-1 2 still garbage null");
    }

    /** A consumer group of another name, or offsets that were set back: what was replayed before comes once more. */
    @Test
    void shouldNotOpenAgainWhatWasReplayedSince() throws Exception {
        // Given
        deadLetters.store(letter("event-1", "garbage"));
        deadLetters.replay(List.of(onlyId()));
        deadLetters.store(letter("event-1", "garbage", 1));
        deadLetters.replay(List.of(onlyId()));
        database.execute("DELETE FROM outbox");

        // When
        deadLetters.store(letter("event-1", "garbage"));
        deadLetters.store(letter("event-1", "garbage", 1));

        // Then
        assertThat(database.rows("SELECT attempts, replays, replayed_at IS NOT NULL FROM dead_letter"))
                .containsExactly("2 2 t");
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldKeepWhatWasEditedWhenTheRecordIsReadAgain() throws Exception {
        // Given
        deadLetters.store(letter("event-1", "garbage"));
        deadLetters.edit(onlyId(), EventEnvelope.JSON, bytes("{\"edited\":true}"));

        // When
        deadLetters.store(letter("event-1", "garbage"));

        // Then
        assertThat(database.rows("SELECT content_type, convert_from(payload, 'UTF8') FROM dead_letter"))
                .containsExactly("application/json {\"edited\":true}");
    }

    @Test
    void shouldReplayTheEditedPayloadUnderItsOwnEventId() throws Exception {
        // Given
        deadLetters.store(letter("event-1", "garbage"));
        database.execute("DELETE FROM outbox");
        deadLetters.edit(onlyId(), EventEnvelope.JSON, bytes("{\"edited\":true}"));

        // When
        int replayed = deadLetters.replay(List.of(onlyId()));

        // Then
        assertThat(replayed).isEqualTo(1);
        assertThat(database.rows("SELECT topic, event_id, content_type, convert_from(message_key, 'UTF8'), "
                + "convert_from(payload, 'UTF8') FROM outbox"))
                .containsExactly("payment-topic event-1 application/json key-1 {\"edited\":true}");
        assertThat(database.rows("SELECT replays, replayed_at IS NOT NULL FROM dead_letter")).containsExactly("1 t");
        assertThat(database.rows("SELECT headers ->> 'payroute-replayed' FROM outbox")).containsExactly("1");
    }

    @Test
    void shouldReplayOnlyWhatExists() throws Exception {
        // When
        int replayed = deadLetters.replay(List.of(4711L));

        // Then
        assertThat(replayed).isZero();
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldPutWorkBackIntoItsQueueInsteadOfPublishingIt() throws Exception {
        // Given
        List<String> requeued = new ArrayList<>();
        DeadLetters withWork = new DeadLetters("notification", database.dataSource(), "notification.email",
                (connection, eventId, payload) -> requeued.add(eventId + " " + new String(payload, StandardCharsets.UTF_8)));
        withWork.store(new DeadLetters.Letter("notification.email", null, "event-1", "mail", EventEnvelope.JSON,
                bytes("{}"), "notification-send-email", "550", 50));
        withWork.store(letter("event-2", "message"));
        database.execute("DELETE FROM outbox");

        // When
        int replayed = withWork.replay(List.of(1L, 2L));

        // Then
        assertThat(replayed).isEqualTo(2);
        assertThat(requeued).containsExactly("event-1 {}");
        assertThat(database.rows("SELECT topic, event_id FROM outbox")).containsExactly("payment-topic event-2");
    }

    @Test
    void shouldReplayNothingWhenOneOfThemFails() throws Exception {
        // Given
        DeadLetters failing = new DeadLetters("notification", database.dataSource(), "notification.email",
                (connection, eventId, payload) -> {
                    throw new IllegalArgumentException("no address");
                });
        failing.store(letter("event-1", "message"));
        failing.store(new DeadLetters.Letter("notification.email", null, "event-2", "mail", EventEnvelope.JSON,
                bytes("{}"), "notification-send-email", "550", 50));
        database.execute("DELETE FROM outbox");

        // When
        assertThatThrownBy(() -> failing.replay(List.of(1L, 2L)))

                // Then
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(database.count("outbox")).isZero();
        assertThat(database.rows("SELECT DISTINCT replays FROM dead_letter")).containsExactly("0");
    }

    @Test
    void shouldListWhatWaitsPageByPage() throws Exception {
        // Given
        database.execute("""
                INSERT INTO dead_letter (source, event_id, event_type, content_type, payload, route_id, cause, attempts)
                SELECT 'payment-topic', 'event-' || n, 'type', 'text', 'garbage', 'route', 'cause', 1
                FROM generate_series(1, 130) n""");
        deadLetters.replay(List.of(1L));

        // When
        List<DeadLetter> first = deadLetters.list(TOPIC, false, 0);
        List<DeadLetter> second = deadLetters.list(TOPIC, false, first.get(99).id());

        // Then
        assertThat(first).hasSize(100).first().extracting(DeadLetter::id).isEqualTo(2L);
        assertThat(second).hasSize(29);
        assertThat(deadLetters.list("other-topic", false, 0)).isEmpty();
        assertThat(deadLetters.list(null, true, 0)).first().extracting(DeadLetter::id).isEqualTo(1L);
    }

    private long onlyId() {
        return Long.parseLong(database.value("SELECT id FROM dead_letter"));
    }

    private static DeadLetters.Letter letter(String eventId, String payload) {
        return letter(eventId, payload, 0);
    }

    private static DeadLetters.Letter letter(String eventId, String payload, int replay) {
        return new DeadLetters.Letter(TOPIC, 2, 41L, bytes("key-1"), eventId, "type", EventEnvelope.PROTOBUF, bytes(payload),
                "payment-decode", "it is garbage", 1, replay, "");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
