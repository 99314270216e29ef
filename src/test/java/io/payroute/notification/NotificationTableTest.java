package io.payroute.notification;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.notification.FindNotifications.Wanted;
import io.payroute.notification.NotificationQueue.Result;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** What becomes of notifications that an earlier version stored, and how little a new one writes. */
class NotificationTableTest {

    private static final Duration LEASE = Duration.ofMinutes(1);

    private final TestDatabase database = TestDatabase.earlier("notification", "3");

    @BeforeEach
    void migrate() {
        database.execute("""
                INSERT INTO notification (kind, dedupe_key, user_id, address, subject, template, fields, status, attempts, unanswered,
                  due_at, reason, created_at, sent_at)
                SELECT 'email', key, 'u', 'ada@example.com', 's', 't', '{}', status, attempts, unanswered,
                  now() + minutes * interval '1 minute', reason, now() - interval '1 hour', CASE status WHEN 'sent' THEN now() END
                FROM (VALUES ('sent', 'sent', 1, 0, -60, NULL), ('dead', 'dead', 50, 1, -60, 'refused'),
                    ('skipped', 'skipped', 0, 0, -60, 'no_address'), ('new', 'queued', 0, 0, -1, NULL),
                    ('retried', 'queued', 3, 1, -1, 'busy'), ('leased', 'queued', 1, 0, 1, NULL),
                    ('late', 'queued', 0, 0, 30, 'it waits'))
                  AS v(key, status, attempts, unanswered, minutes, reason)""");
        database.migrate("notification");
    }

    @Test
    void shouldSendWhatAnEarlierVersionQueued() throws Exception {
        try (NotificationQueue queue = queue()) {
            // When
            List<DueNotification> claimed = queue.claim(10, LEASE);

            // Then
            assertThat(claimed).extracting(DueNotification::dedupeKey, DueNotification::attempts, DueNotification::unanswered,
                    DueNotification::reason)
                    .containsExactlyInAnyOrder(tuple("new", 1, 0, null), tuple("retried", 4, 1, "busy"));
        }
    }

    @Test
    void shouldFindWhatAnEarlierVersionStored() throws Exception {
        // Given
        FindNotifications find = new FindNotifications(database.dataSource());

        // When
        List<FindNotifications.Row> all = find.page(new Wanted(null, null, null, null, null, 100));

        // Then
        assertThat(all).extracting(FindNotifications.Row::status, FindNotifications.Row::attempts,
                FindNotifications.Row::unanswered, FindNotifications.Row::reason).containsExactly(
                        tuple("queued", 0, 0, "it waits"), tuple("queued", 1, 0, null), tuple("queued", 3, 1, "busy"),
                        tuple("queued", 0, 0, null), tuple("skipped", 0, 0, "no_address"), tuple("dead", 50, 1, "refused"),
                        tuple("sent", 1, 0, null));
        for (String status : List.of("queued", "skipped", "dead", "sent")) {
            assertThat(find.page(new Wanted(status, null, null, null, null, 100)))
                    .containsExactlyElementsOf(all.stream().filter(one -> one.status().equals(status)).toList());
        }
    }

    @Test
    void shouldWriteNoIndexAgainForAClaimAndForASentMail() throws Exception {
        // Given
        try (NotificationQueue queue = queue()) {
            List<DueNotification> claimed = queue.claim(10, LEASE);

            // When
            CompletableFuture.allOf(claimed.stream().map(due -> queue.finish(Result.ended(due, "sent", null, null))
                    .toCompletableFuture()).toArray(CompletableFuture[]::new)).join();

            // Then
            Awaitility.await().untilAsserted(() -> assertThat(database.rows(
                    "SELECT relname, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname LIKE 'notification%' ORDER BY 1"))
                    .containsExactly("notification 2 2", "notification_work 2 2"));
            assertThat(database
                    .rows("SELECT dedupe_key, attempts, unanswered FROM notification WHERE status = 'sent' ORDER BY id"))
                    .containsExactly("sent 1 0", "new 1 0", "retried 4 1");
            assertThat(database.rows("SELECT id FROM notification_work ORDER BY id")).containsExactly("6", "7");
        }
    }

    @Test
    void shouldSendWhatAProcessOfTheEarlierVersionStoresMeanwhile() throws Exception {
        // Given
        database.execute("DELETE FROM notification_work");
        database.execute("""
                INSERT INTO notification (kind, dedupe_key, user_id, address, subject, template, fields, status, reason)
                VALUES ('email', 'meanwhile', 'u', 'ada@example.com', 's', 't', '{}', 'queued', NULL),
                  ('email', 'nobody', 'u', NULL, 's', 't', '{}', 'skipped', 'no_address')""");
        try (NotificationQueue queue = queue()) {
            // When
            List<DueNotification> claimed = queue.claim(10, LEASE);

            // Then
            assertThat(claimed).extracting(DueNotification::dedupeKey).containsExactly("meanwhile");
        }
    }

    private NotificationQueue queue() {
        return new NotificationQueue(database.dataSource(), "notification.updated", () -> false);
    }
}
