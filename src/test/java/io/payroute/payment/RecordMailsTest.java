package io.payroute.payment;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;
import io.payroute.platform.TestRoles;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.proto.notification.NotificationUpdated;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RecordMailsTest {

    private static final UUID PAYMENT = UUID.randomUUID();
    private static TestDatabase database;

    private final RecordMails recordMails = new RecordMails(TestRoles.databases(database.dataSource()));

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    private final List<DeadLetters.Letter> refused = new ArrayList<>();

    @BeforeEach
    void clear() {
        database.clear();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox')", PAYMENT);
    }

    @Test
    void shouldTellWhatBecameOfMails() throws Exception {
        // When
        recordMails.record(List.of(read("event-1", PAYMENT, "email", "sent"), read("event-2", PAYMENT, "sms", "dead")));

        // Then
        assertThat(database.rows("SELECT type, detail, at AT TIME ZONE 'UTC' FROM payment_event ORDER BY type"))
                .containsExactly(
                        "mail.sent {\"attempts\": 2, \"template\": \"payment-completed\"} 2026-11-21 04:03:25",
                        "sms.dead {\"attempts\": 2, \"template\": \"payment-completed\"} 2026-11-21 04:03:25");
    }

    @Test
    void shouldTellWhyAMailWaits() throws Exception {
        // Given
        NotificationUpdated event = NotificationUpdated.newBuilder().setPaymentId(PAYMENT.toString()).setStatus("waiting")
                .setChannel("email").setTemplate("payment-completed").setAttempts(1).setReason("the mail server is unavailable")
                .setUpdatedAt("2026-11-21T04:03:25Z").build();

        // When
        recordMails.record(List.of(recordMails.read(event, exchange("event-1"))));

        // Then
        assertThat(database.rows("SELECT type, detail->>'reason' FROM payment_event"))
                .containsExactly("mail.waiting the mail server is unavailable");
    }

    @Test
    void shouldTellOnceOfAnEventThatComesAgain() throws Exception {
        // Given
        RecordMails.Told told = read("event-1", PAYMENT, "email", "sent");
        recordMails.record(List.of(told, told));

        // When
        recordMails.record(List.of(told, read("event-2", PAYMENT, "email", "sent")));

        // Then
        assertThat(database.count("payment_event")).isEqualTo(2);
    }

    @Test
    void shouldTellNothingAgainThatAnEarlierVersionHasTold() throws Exception {
        // Given
        database.execute("INSERT INTO inbox (consumer, event_id) VALUES ('payment-story', 'event-1')");

        // When
        recordMails.record(List.of(read("event-1", PAYMENT, "email", "sent")));

        // Then
        assertThat(database.count("payment_event")).isZero();
    }

    @Test
    void shouldTellNothingOfAPaymentThatIsNotHere() throws Exception {
        // When
        recordMails.record(List.of(read("event-1", UUID.randomUUID(), "email", "sent")));

        // Then
        assertThat(database.count("payment_event")).isZero();
    }

    @Test
    void shouldHoldUpNoOtherEventByOneThatCannotBeStored() throws Exception {
        // Given
        NotificationUpdated unstorable = NotificationUpdated.newBuilder().setPaymentId(PAYMENT.toString()).setStatus("sent")
                .setTemplate("nul\0").setUpdatedAt("2026-11-21T04:03:25Z").build();

        // When
        recordMails.record(List.of(read("event-1", PAYMENT, "email", "sent"),
                recordMails.read(unstorable, exchange("event-2")), read("event-3", PAYMENT, "email", "sent")));

        // Then
        assertThat(database.count("payment_event")).isEqualTo(2);
        assertThat(refused).extracting(DeadLetters.Letter::eventId).containsExactly("event-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-1", "1-1-1-1-1"})
    void shouldRefuseWhatNamesNoPayment(String id) {
        // Given
        NotificationUpdated event = NotificationUpdated.newBuilder().setPaymentId(id).setStatus("sent")
                .setUpdatedAt("2026-11-21T04:03:25Z").build();

        // Then
        assertThatThrownBy(() -> recordMails.read(event, exchange("event-1"))).isInstanceOf(Refusal.class);
    }

    private RecordMails.Told read(String eventId, UUID payment, String channel, String status) {
        return recordMails.read(NotificationUpdated.newBuilder().setPaymentId(payment.toString()).setStatus(status)
                .setChannel(channel).setTemplate("payment-completed").setAttempts(2).setUpdatedAt("2026-11-21T04:03:25Z")
                .build(), exchange(eventId));
    }

    private Exchange exchange(String eventId) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setMessage(TestBatches.record(eventId, null, refused));
        return exchange;
    }
}
