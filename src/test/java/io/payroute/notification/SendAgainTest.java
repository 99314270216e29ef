package io.payroute.notification;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.Refusal;
import io.payroute.platform.http.Seen;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SendAgainTest {

    private static final TestDatabase DATABASE = TestDatabase.create("notification");

    private final SendAgain sendAgain = new SendAgain(DATABASE.dataSource(), null);

    @BeforeEach
    void clear() {
        DATABASE.clear();
    }

    @Test
    void shouldSendOnceMoreWhatWasSent() throws Exception {
        // Given
        insert(1, "sent");

        // When
        sendAgain.send(1, Seen.NOTHING);
        sendAgain.send(1, Seen.NOTHING);

        // Then
        assertThat(DATABASE.rows("SELECT n.status, w.attempts, w.due_at <= now() FROM notification n "
                + "JOIN notification_work w ON w.id = n.id")).containsExactly("queued 1 t");
    }

    @Test
    void shouldSendNothingForAPageThatShowsWhatWasBefore() throws Exception {
        // Given
        insert(6, "sent");
        sendAgain.send(6, new Seen("sent-1"));

        // Then
        assertThatThrownBy(() -> sendAgain.send(6, new Seen("sent-1"))).isInstanceOf(Refusal.class)
                .hasMessageContaining("it is queued now");
        // A page from before it was sent, whose button says "Send now".
        insert(7, "sent");
        assertThatThrownBy(() -> sendAgain.send(7, new Seen("queued-0"))).isInstanceOf(Refusal.class)
                .hasMessageContaining("it is sent now, after 1 attempt.");
        assertThat(DATABASE.value("SELECT status FROM notification WHERE id = 7")).isEqualTo("sent");
    }

    @Test
    void shouldSendNowWhatWaits() throws Exception {
        // Given
        insert(2, "queued");
        DATABASE.rows("UPDATE notification_work SET due_at = now() + interval '1 hour' RETURNING 1");

        // When
        sendAgain.send(2, Seen.NOTHING);

        // Then
        assertThat(DATABASE.value("SELECT due_at <= now() FROM notification_work")).isEqualTo("t");
    }

    @Test
    void shouldLeaveAloneWhatASenderHas() throws Exception {
        // Given
        insert(3, "queued");
        DATABASE.rows(
                "UPDATE notification_work SET due_at = now() + interval '1 hour', leased_until = now() + interval '1 minute' RETURNING 1");

        // When
        sendAgain.send(3, Seen.NOTHING);

        // Then
        assertThat(DATABASE.value("SELECT due_at > now() FROM notification_work")).isEqualTo("t");
    }

    @Test
    void shouldRefuseWhatWasSkippedAndWhatThereIsNot() throws Exception {
        // Given
        insert(4, "skipped");

        // Then
        assertThatThrownBy(() -> sendAgain.send(4, Seen.NOTHING)).isInstanceOf(Refusal.class).hasMessageContaining("skipped");
        assertThatThrownBy(() -> sendAgain.send(5, Seen.NOTHING)).isInstanceOf(Refusal.class)
                .hasMessageContaining("no notification");
    }

    private static void insert(long id, String status) {
        DATABASE.rows(
                "INSERT INTO notification (id, kind, dedupe_key, user_id, fields, address, subject, template, status, reason, sent_at, attempts) "
                        + "OVERRIDING SYSTEM VALUE VALUES (" + id + ", 'email', 'key-" + id
                        + "', 'u', '{}', 'ada@example.com', 'Paid', "
                        + "'payment-completed', '" + status + "', 'because', " + (status.equals("sent") ? "now()" : "NULL")
                        + ", 1) RETURNING 1");
    }
}
