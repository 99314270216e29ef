package io.payroute.platform.outbox;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.TestRoles;
import io.payroute.testing.Beans;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class RetentionTest {

    private static TestDatabase database;

    private final Retention.Rule own = new Retention.Rule("payment", "announced_event",
            "announced_at < now() - make_interval(secs => ?)", Duration.ofHours(24));
    private final Retention.Rule foreign = new Retention.Rule("notification", "no_such_table", "?", Duration.ZERO);
    private final Retention retention = new Retention(TestRoles.databases(database.dataSource()),
            Beans.of(() -> List.of(own, foreign)), Duration.ofDays(15), Duration.ofDays(90),
            Duration.ofHours(24));

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldForgetOldEventsOnly() throws Exception {
        // Given
        database.execute("INSERT INTO inbox SELECT 'payment', 'old-' || n, now() - interval '16 days' "
                + "FROM generate_series(1, 12000) n");
        database.execute("INSERT INTO inbox SELECT 'payment', 'new-' || n, now() - interval '14 days' "
                + "FROM generate_series(1, 3) n");

        // When
        retention.remove("payment");

        // Then
        assertThat(database.rows("SELECT event_id FROM inbox ORDER BY 1")).containsExactly("new-1", "new-2", "new-3");
    }

    @Test
    void shouldKeepDeadLettersThatWaitHoweverOldTheyAre() throws Exception {
        // Given
        database.execute("""
                INSERT INTO dead_letter (source, event_id, event_type, content_type, payload, route_id, cause, attempts,
                  created_at, replayed_at)
                SELECT 'topic', id, 'type', 'text', '', 'route', 'cause', 1, now() - interval '1 year', replayed
                FROM (VALUES ('waits', NULL), ('replayed', now() - interval '91 days'),
                  ('replayed-lately', now() - interval '89 days')) v(id, replayed)""");

        // When
        retention.remove("payment");

        // Then
        assertThat(database.rows("SELECT event_id FROM dead_letter ORDER BY 1")).containsExactly("replayed-lately", "waits");
    }

    @Test
    void shouldForgetOldIdempotencyKeys() throws Exception {
        // Given
        database.execute("""
                INSERT INTO idempotency_key (caller, idempotency_key, request_hash, resource_id, created_at)
                SELECT 'caller', hours::text, '', gen_random_uuid(), now() - hours * interval '1 hour'
                FROM (VALUES (23), (25)) v(hours)""");

        // When
        retention.remove("payment");

        // Then
        assertThat(database.rows("SELECT idempotency_key FROM idempotency_key")).containsExactly("23");
    }

    @Test
    void shouldKeepTheRulesOfTheRole() throws Exception {
        // Given
        database.execute("INSERT INTO announced_event SELECT gen_random_uuid(), hours::text::bytea, "
                + "now() - hours * interval '1 hour' FROM (VALUES (23), (25)) v(hours)");

        // When
        retention.remove("payment");

        // Then
        assertThat(database.rows("SELECT convert_from(payload_hash, 'UTF8') FROM announced_event")).containsExactly("23");
    }
}
