package io.payroute.payment.telling;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of the events that an earlier version left in its outbox. */
class AnnouncedEventTableTest {

    @Test
    void shouldTakeOverWhatIsOursAndWaits() {
        // Given
        TestDatabase database = TestDatabase.earlier("payment", "12");
        String ours = UUID.randomUUID().toString();
        String replayed = UUID.randomUUID().toString();
        write(database, ours);
        write(database, ours);
        write(database, replayed);
        write(database, "order-7");
        database.execute(
                "INSERT INTO dead_letter (source, event_id, event_type, content_type, payload, route_id, cause, attempts, "
                        + "replayed_at) VALUES ('payment.status-updated', ?, 'unknown', 'application/protobuf', 'x', 'r', 'c', 1, now())",
                replayed);

        // When
        database.migrate("payment");

        // Then
        assertThat(database.rows("SELECT event_id FROM announced_event")).containsExactly(ours);
        assertThat(database.rows("SELECT since <= clock_timestamp() FROM announced_since")).containsExactly("t");
    }

    @Test
    void shouldNoteAnEventOnceThatIsWrittenTwice() {
        // Given
        TestDatabase database = TestDatabase.create();
        String ours = UUID.randomUUID().toString();

        // When
        write(database, ours);
        write(database, ours);

        // Then
        assertThat(database.rows("SELECT event_id FROM announced_event")).containsExactly(ours);
        assertThat(database.count("outbox")).isEqualTo(2);
    }

    private static void write(TestDatabase database, String id) {
        database.execute("INSERT INTO outbox (shard, topic, event_id, event_type, content_type, payload) VALUES (0, "
                + "'payment.status-updated', ?, 'io.payroute.payment.status-updated', 'application/protobuf', 'x')", id);
    }
}
