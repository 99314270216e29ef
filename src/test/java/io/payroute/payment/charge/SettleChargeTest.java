package io.payroute.payment.charge;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.Ids;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentStatusUpdated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class SettleChargeTest extends SettleBed {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SettleCharge settleCharge = settling(TestPayments.rules(3), TestPayments.breakers(), TestPayments.meters());

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void shouldWriteStateWorkCallAndEventTogether() throws Exception {
        // Given
        UUID id = processing(1, 0);

        // When
        settle(id, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.Completed("ref-1"));

        // Then
        assertThat(database.rows("SELECT status, provider_reference, reason, processed_at IS NOT NULL FROM payment"))
                .containsExactly("completed ref-1 null t");
        assertThat(database.count("charge_work")).isZero();
        assertThat(database.rows("SELECT provider, operation, attempt, outcome, detail FROM provider_call"))
                .containsExactly("sandbox charge 1 completed ref-1");
        PaymentStatusUpdated event = events().get(0);
        assertThat(event.getPaymentId()).isEqualTo(id.toString());
        assertThat(event.getStatus()).isEqualTo("completed");
        assertThat(event.getPreviousStatus()).isEqualTo("processing");
        assertThat(event.getAmountMinor()).isEqualTo(4999);
        assertThat(database.rows("SELECT topic, convert_from(message_key, 'UTF8') FROM outbox"))
                .containsExactly("payment.status-updated " + id);
    }

    @ParameterizedTest
    @CsvSource({"4000, 4000, operation.differs", "6000, 4999, provider.conflict"})
    void shouldBookWhatTheProviderTookAndTellTheDifference(long taken, long captured, String told) throws Exception {
        // Given
        UUID id = processing(1, 1);

        // When
        settle(id, PaymentStatus.PROCESSING, true, 1, 1, new ProviderOutcome.Completed("ref-1", new Money(taken, "USD")));

        // Then
        assertThat(database.rows("SELECT status, captured_minor FROM payment")).containsExactly("completed " + captured);
        assertThat(database.rows("SELECT type, detail->>'operation', detail->>'asked_minor', detail->>'amount_minor' "
                + "FROM payment_event")).containsExactly(told + " charge 4999 " + taken);
        assertThat(events()).extracting(PaymentStatusUpdated::getCapturedMinor).containsExactly(captured);
    }

    @Test
    void shouldKeepWhatTheCustomerNeedsAndGoOnAsking() throws Exception {
        // Given
        UUID id = processing(1, 0);

        // When
        settle(id, PaymentStatus.PROCESSING, false, 1, 0,
                new ProviderOutcome.Pending("pi_1", new ProviderOutcome.Action("https://bank.example/1", "pi_1_secret_2")));

        // Then
        assertThat(database.rows("SELECT payment_id, provider, url, client_secret FROM payment_action"))
                .containsExactly(id + " sandbox https://bank.example/1 pi_1_secret_2");
        assertThat(database.rows("SELECT status, provider_reference FROM payment")).containsExactly("processing pi_1");
        assertThat(database.rows("SELECT due_at > now() FROM charge_work")).containsExactly("t");
        assertThat(events()).isEmpty();
    }

    @Test
    void shouldFailADeclinedPaymentWithItsReason() throws Exception {
        // Given
        UUID id = processing(1, 0);

        // When
        settle(id, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.Declined("card_expired"));

        // Then
        assertThat(database.rows("SELECT status, reason FROM payment")).containsExactly("failed card_expired");
        assertThat(database.count("charge_work")).isZero();
        assertThat(events()).extracting(PaymentStatusUpdated::getReason).containsExactly("card_expired");
    }

    @Test
    void shouldQueryLaterACallWithoutAnAnswer() throws Exception {
        // Given
        UUID id = processing(1, 0);

        // When
        settle(id, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.Unanswered("timeout"));

        // Then
        assertThat(database.rows("SELECT status, processed_at FROM payment")).containsExactly("unknown null");
        assertThat(database.rows("SELECT sent_at IS NOT NULL, due_at > now(), due_at < now() + interval '2 s' "
                + "FROM charge_work")).containsExactly("t t t");
        assertThat(events()).extracting(PaymentStatusUpdated::getStatus).containsExactly("unknown");
    }

    @ParameterizedTest
    @ValueSource(longs = {-2, 2})
    void shouldBeDueAgainByTheClockOfTheDatabase(long minutesAhead) throws Exception {
        // Given
        database.clockAhead(Duration.ofMinutes(minutesAhead));
        UUID id = processing(1, 2);

        // When
        settle(id, PaymentStatus.PROCESSING, false, 1, 2, new ProviderOutcome.Unanswered("timeout"));

        // Then
        assertThat(database.value("SELECT due_at BETWEEN now() + interval '30 s' AND now() + interval '60 s' FROM charge_work"))
                .isEqualTo("t");
    }

    @Test
    void shouldChargeAgainLaterWhenNothingWasCharged() throws Exception {
        // Given
        UUID id = processing(1, 0);

        // When
        settle(id, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.NotDone("refused"));

        // Then
        assertThat(database.rows("SELECT status FROM payment")).containsExactly("processing");
        assertThat(database.rows("SELECT sent_at, due_at > now() FROM charge_work")).containsExactly("null t");
        assertThat(database.rows("SELECT outcome FROM provider_call")).containsExactly("not_done");
        assertThat(events()).isEmpty();
    }

    @Test
    void shouldChangeNothingWhenItComesTooLateAndKeepTheWork() throws Exception {
        // Given
        UUID id = processing(1, 1);
        database.execute("UPDATE payment SET status = 'unknown'");

        // When
        settle(id, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.Completed("late"));

        // Then
        assertThat(database.rows("SELECT status, provider_reference FROM payment")).containsExactly("unknown null");
        assertThat(database.count("charge_work")).isEqualTo(1);
        assertThat(database.rows("SELECT outcome FROM provider_call")).containsExactly("completed");
        assertThat(events()).isEmpty();
    }

    @Test
    void shouldNotChangeTheWorkOfAnotherClaim() throws Exception {
        // Given
        UUID id = processing(1, 1);
        database.execute("UPDATE charge_work SET due_at = now() + interval '1 minute'");

        // When
        settle(id, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.NotDone("late"));

        // Then
        assertThat(database.rows("SELECT sent_at IS NOT NULL, due_at > now() + interval '30 s' FROM charge_work"))
                .containsExactly("t t");
    }

    @Test
    void shouldTakeASecondAnswerAsAnAnswerThatChangesNothing() throws Exception {
        // Given
        UUID id = processing(1, 0);
        settle(id, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.Completed("ref-1"));

        // When
        settle(id, PaymentStatus.PROCESSING, true, 1, 1, new ProviderOutcome.Declined("card_expired"));

        // Then
        assertThat(database.rows("SELECT status, provider_reference FROM payment")).containsExactly("completed ref-1");
        assertThat(events()).hasSize(1);
    }

    @Test
    void shouldSettleAPaymentOnceWhenTwoAnswersComeTogether() throws Exception {
        // Given
        UUID other = processing(1, 0);
        UUID id = processing(1, 1);
        List<Future<?>> settling = new ArrayList<>();

        // When
        try (Connection lock = database.dataSource().getConnection()) {
            lock.setAutoCommit(false);
            Sql.query(lock, "SELECT id FROM payment WHERE id = ? FOR UPDATE", row -> row.getString(1), other);
            settling.add(threads.submit(
                    () -> settle(other, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.Completed("other"))));
            await().untilAsserted(() -> assertThat(database.value("SELECT count(*) FROM pg_stat_activity "
                    + "WHERE wait_event_type = 'Lock' AND datname = current_database()")).isEqualTo("1"));
            settling.add(threads.submit(
                    () -> settle(id, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.Unanswered("late"))));
            settling.add(threads.submit(
                    () -> settle(id, PaymentStatus.PROCESSING, true, 1, 1, new ProviderOutcome.Completed("ref-1"))));
            await().untilAsserted(() -> assertThat(settleCharge.depth()).isEqualTo(2));
            lock.rollback();
        }

        // Then
        for (Future<?> one : settling) {
            one.get(20, TimeUnit.SECONDS);
        }
        List<PaymentStatusUpdated> events = events().stream().filter(e -> e.getPaymentId().equals(id.toString())).toList();
        String status = database.value("SELECT status FROM payment WHERE id = ?", id);
        assertThat(events).extracting(PaymentStatusUpdated::getStatus).containsExactly(status);
        assertThat(database.value("SELECT count(*) FROM charge_work WHERE payment_id = ?", id))
                .isEqualTo(status.equals("completed") ? "0" : "1");
    }

    @Test
    void shouldSettleManyAtOnceEachByItsOwnAnswer() throws Exception {
        // Given
        List<Future<?>> settling = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            UUID id = processing(1, 0);
            ProviderOutcome outcome = i % 3 == 0
                    ? new ProviderOutcome.Completed("ref-" + id)
                    : i % 3 == 1 ? new ProviderOutcome.Declined("no") : new ProviderOutcome.Unanswered("timeout");

            // When
            settling.add(threads.submit(() -> settle(id, PaymentStatus.PROCESSING, false, 1, 0, outcome)));
        }

        // Then
        for (Future<?> one : settling) {
            one.get(20, TimeUnit.SECONDS);
        }
        assertThat(database.rows("SELECT status, count(*) FROM payment GROUP BY 1 ORDER BY 1")).containsExactly("completed 20",
                "failed 20", "unknown 20");
        assertThat(database.value("SELECT count(*) FROM payment WHERE provider_reference = 'ref-' || id")).isEqualTo("20");
        assertThat(database.count("outbox")).isEqualTo(60);
        assertThat(database.count("charge_work")).isEqualTo(20);
    }

    @Test
    void shouldReportMoneyThatMovedForAPaymentWhichHadFailed() throws Exception {
        // Given
        UUID id = processing(1, 0);
        database.execute("UPDATE payment SET status = 'failed' WHERE id = ?", id);

        // When
        settle(id, PaymentStatus.PROCESSING, false, 1, 0, new ProviderOutcome.Completed("ref"));

        // Then
        assertThat(database.value("SELECT status FROM payment")).isEqualTo("failed");
        assertThat(database.rows("SELECT type, detail->>'outcome', detail->>'status' FROM payment_event"))
                .containsExactly("provider.conflict completed failed");
        assertThat(database.count("outbox")).isZero();
    }

    private Void settle(UUID id, PaymentStatus seen, boolean statusQuery, int attempts, int queries, ProviderOutcome outcome)
            throws Exception {
        settleCharge.settle(
                new ChargeTask(TestPayments.payment(id, seen), statusQuery, attempts, queries, Instant.now()), outcome)
                .toCompletableFuture().get();
        return null;
    }

    private static UUID processing(int attempts, int queries) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox')", id);
        database.execute("UPDATE payment SET status = 'processing' WHERE id = ?", id);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at, attempts, queries, sent_at) "
                + "VALUES (?, 'sandbox', now(), ?, ?, now())", id, attempts, queries);
        return id;
    }

    private static List<PaymentStatusUpdated> events() throws Exception {
        List<PaymentStatusUpdated> events = new ArrayList<>();
        for (byte[] payload : Sql.query(database.dataSource(), "SELECT payload FROM outbox ORDER BY id",
                row -> row.getBytes(1))) {
            events.add(PaymentStatusUpdated.parseFrom(payload));
        }
        return events;
    }
}
