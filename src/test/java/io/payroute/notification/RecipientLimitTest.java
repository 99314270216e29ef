package io.payroute.notification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class RecipientLimitTest {

    private static final TestDatabase DATABASE = TestDatabase.create("notification");
    private static final String WORK = "notification_work w JOIN notification USING (id)";
    private static final String WAITS = "SELECT dedupe_key, round(extract(epoch FROM due_at - now()) / 60)::int AS minutes, "
            + "w.reason FROM " + WORK + " WHERE due_at > now() ORDER BY due_at";

    private final StoreNotifications store = new StoreNotifications(DATABASE.dataSource(),
            new RecipientLimit(6, Duration.ofHours(1)));

    @BeforeEach
    void clear() {
        DATABASE.clear();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldLetWaitWhatIsMoreThanARecipientMayGet() throws Exception {
        // When
        store("ada@example.com", 8);
        store("bob@example.com", 6);

        // Then
        assertThat(DATABASE.count("notification")).isEqualTo(14);
        assertThat(DATABASE.rows(WAITS)).containsExactly(
                "ada@example.com-6 10 it waits for notification.recipient-limit",
                "ada@example.com-7 20 it waits for notification.recipient-limit");
    }

    @Test
    void shouldCountMessagesThatAreStoredAtOnce() throws Exception {
        // Given
        List<CompletableFuture<Void>> stored = new ArrayList<>();

        // When
        for (int i = 0; i < 40; i++) {
            NewNotification mail = TestNotifications.mail("k-" + i, i % 2 == 0 ? "ada@example.com" : "bob@example.com");
            stored.add(CompletableFuture.runAsync(() -> store(mail)));
        }
        stored.forEach(CompletableFuture::join);

        // Then
        assertThat(DATABASE.rows("SELECT address, count(*) FROM " + WORK + " WHERE due_at <= now() GROUP BY 1 ORDER BY 1"))
                .containsExactly("ada@example.com 6", "bob@example.com 6");
        assertThat(DATABASE.rows("SELECT address, max(round(extract(epoch FROM due_at - now()) / 60)) FROM " + WORK
                + " GROUP BY 1 ORDER BY 1")).containsExactly("ada@example.com 140", "bob@example.com 140");
    }

    @Test
    void shouldNotCountAMessageThatIsStoredAlready() throws Exception {
        // Given
        store("ada@example.com", 5);

        // When
        for (int i = 0; i < 5; i++) {
            store.store(TestNotifications.mail("ada@example.com-0", "ada@example.com"));
        }
        store.store(TestNotifications.mail("last", "ada@example.com"));

        // Then
        assertThat(DATABASE.rows(WAITS)).isEmpty();
    }

    @Test
    void shouldNotLimitTheTeamsOwnChannels() throws Exception {
        // When
        for (int i = 0; i < 8; i++) {
            store.store(TestNotifications.message("chat", "k-" + i, "#payments"));
        }

        // Then
        assertThat(DATABASE.rows(WAITS)).isEmpty();
    }

    @Test
    void shouldForgetWhatIsLongAgo() throws Exception {
        // Given
        store("ada@example.com", 6);
        DATABASE.execute("UPDATE recipient SET booked_until = booked_until - interval '2 hours'");

        // When
        store.store(TestNotifications.mail("later", "ada@example.com"));

        // Then
        assertThat(DATABASE.rows(WAITS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ada@example.com,ada@example.com", "Ada+shop@Example.com,ada@example.com", "+4915112345678,+4915112345678"})
    void shouldKnowAMailboxByItsOtherNames(String address, String key) throws Exception {
        // When
        store.store(TestNotifications.mail("k", address));

        // Then
        assertThat(DATABASE.rows("SELECT recipient FROM recipient")).containsExactly(key);
        assertThat(RecipientLimit.key(address)).isEqualTo(key);
    }

    private void store(String address, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            store.store(TestNotifications.mail(address + "-" + i, address));
        }
    }

    private void store(NewNotification mail) {
        try {
            store.store(mail);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
