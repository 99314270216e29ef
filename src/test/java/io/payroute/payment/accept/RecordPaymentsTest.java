package io.payroute.payment.accept;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.payroute.money.Money;
import io.payroute.payment.TestPayments;
import io.payroute.payment.UnavailableDataSource;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Effect;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.TestRoles;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RecordPaymentsTest {

    private static TestDatabase database;

    private final List<DeadLetters.Letter> refused = new ArrayList<>();
    private final RecordPayments recordPayments = new RecordPayments(TestRoles.databases(database.dataSource()),
            TestPayments.providerRules());

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldMakeTheChargeOfAnAcceptedPaymentDue() throws Exception {
        // Given
        PaymentInstruction accepted = accepted();

        // When
        recordPayments.record(List.of(submitted("event-1", accepted)));

        // Then
        assertThat(database.rows("SELECT payment_id, provider, attempts, queries, sent_at, due_at <= now() FROM charge_work"))
                .containsExactly(accepted.paymentId() + " sandbox 0 0 null t");
    }

    @Test
    void shouldMakeAPaymentOfAForeignEvent() throws Exception {
        // When
        recordPayments.record(List.of(submitted("event-1", TestPayments.instruction())));

        // Then
        assertThat(database.rows("SELECT user_id, amount_minor, currency, status, email FROM payment"))
                .containsExactly("user-1 4999 USD pending ada@example.com");
        assertThat(database.count("charge_work")).isEqualTo(1);
    }

    @Test
    void shouldKeepWhatAForeignEventRequestsBeyondACharge() throws Exception {
        // When
        recordPayments.record(List.of(submitted("event-1", TestPayments.instruction().with("other", false))));

        // Then
        assertThat(database.rows("SELECT provider, capture FROM payment")).containsExactly("other f");
        assertThat(database.rows("SELECT provider FROM charge_work")).containsExactly("other");
    }

    @Test
    void shouldMakeOneChargeOfAnEventThatComesTwice() throws Exception {
        // Given
        PaymentInstruction foreign = TestPayments.instruction();
        recordPayments.record(List.of(submitted("event-1", foreign)));
        database.execute("UPDATE charge_work SET due_at = now() + interval '1 minute', attempts = 1, sent_at = now()");

        // When
        recordPayments.record(List.of(submitted("event-1", foreign)));

        // Then
        assertThat(database.rows("SELECT attempts, due_at > now(), sent_at IS NOT NULL FROM charge_work"))
                .containsExactly("1 t t");
        assertThat(database.count("payment")).isEqualTo(1);
    }

    @Test
    void shouldMakeNoChargeOfAnEventThatComesAgainWhenTheChargeIsDone() throws Exception {
        // Given
        PaymentInstruction foreign = TestPayments.instruction();
        recordPayments.record(List.of(submitted("event-1", foreign)));
        database.execute("UPDATE payment SET status = 'processing'");
        database.execute("DELETE FROM charge_work");

        // When
        recordPayments.record(List.of(submitted("event-1", foreign)));

        // Then
        assertThat(database.count("charge_work")).isZero();
        assertThat(database.count("payment")).isEqualTo(1);
    }

    @Test
    void shouldMakeNoChargeOfAPaymentWhoseChargeIsClaimedAndDoneMeanwhile() throws Exception {
        // Given
        PaymentInstruction accepted = accepted();
        CompletableFuture<Void> again;
        try (Connection claim = database.dataSource().getConnection()) {
            claim.setAutoCommit(false);
            Sql.update(claim, "UPDATE payment SET status = 'processing'");

            // When
            again = CompletableFuture.runAsync(() -> unchecked(List.of(submitted("event-1", accepted))));
            Awaitility.await().untilAsserted(() -> assertThat(again.isDone() || database.count(
                    "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 1).isTrue());
            claim.commit();
        }

        // Then
        assertThat(again).succeedsWithin(Duration.ofSeconds(20));
        assertThat(database.count("charge_work")).isZero();
    }

    @Test
    void shouldWaitForNobodyWhoHasClaimedWhatComesAgain() throws Exception {
        // Given
        PaymentInstruction accepted = accepted();
        recordPayments.record(List.of(submitted("event-1", accepted)));
        try (Connection claim = database.dataSource().getConnection()) {
            claim.setAutoCommit(false);
            Sql.update(claim, "UPDATE charge_work SET due_at = now() + interval '1 minute'");
            Sql.update(claim, "UPDATE payment SET status = 'processing'");

            // When
            CompletableFuture<Void> again = CompletableFuture
                    .runAsync(() -> unchecked(List.of(submitted("event-1", accepted))));

            // Then
            assertThat(again).succeedsWithin(Duration.ofSeconds(20));
            claim.commit();
        }
        assertThat(database.count("charge_work")).isEqualTo(1);
    }

    @Test
    void shouldMakeOneChargeOfAnEventThatStandsTwiceInABatch() throws Exception {
        // Given
        PaymentInstruction foreign = TestPayments.instruction();

        // When
        recordPayments.record(List.of(submitted("event-1", foreign), submitted("event-2", TestPayments.instruction()),
                submitted("event-1", foreign)));

        // Then
        assertThat(database.count("charge_work")).isEqualTo(2);
        assertThat(database.count("payment")).isEqualTo(2);
    }

    @Test
    void shouldMakeOneChargeOfAPaymentThatSeveralEventsName() throws Exception {
        // Given
        PaymentInstruction accepted = accepted();
        PaymentInstruction foreign = TestPayments.instruction();

        // When
        recordPayments.record(List.of(submitted("event-1", accepted), submitted("event-2", accepted),
                submitted("event-3", foreign), submitted("event-4", foreign)));

        // Then
        assertThat(database.count("charge_work")).isEqualTo(2);
        assertThat(database.count("payment")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void shouldMakeNoChargeOfAPaymentThatIsOnItsWayOrDone(PaymentStatus status) throws Exception {
        // Given
        PaymentInstruction accepted = accepted();
        TestPayments.way(status).forEach(step -> database.execute("UPDATE payment SET status = ?", step.word()));

        // When
        recordPayments.record(List.of(submitted("another-event", accepted)));

        // Then
        assertThat(database.count("charge_work"))
                .isEqualTo(PaymentState.decide(status, PaymentFact.SUBMITTED).effect() == Effect.DUE ? 1 : 0);
    }

    @Test
    void shouldChangeNothingOfAnAcceptedPaymentWhateverTheMessageSays() throws Exception {
        // Given
        UUID id = accepted().paymentId();
        PaymentInstruction forged = new PaymentInstruction(id, "eve", new Money(1, "JPY"), "card", null, null, null);

        // When
        recordPayments.record(List.of(submitted("event-1", forged)));

        // Then
        assertThat(database.rows("SELECT user_id, amount_minor, currency FROM payment")).containsExactly("user-1 4999 USD");
    }

    @Test
    void shouldPutWhatTheDatabaseRefusesIntoTheDeadLettersAndStoreTheRest() throws Exception {
        // Given
        PaymentInstruction impossible = new PaymentInstruction(UUID.randomUUID(), "user-1", new Money(-1, "USD"), "card", null,
                null, null);

        // When
        recordPayments.record(List.of(submitted("event-1", TestPayments.instruction()), submitted("event-2", impossible),
                submitted("event-3", TestPayments.instruction())));

        // Then
        assertThat(database.count("charge_work")).isEqualTo(2);
        assertThat(refused).singleElement().satisfies(letter -> {
            assertThat(letter.eventId()).isEqualTo("event-2");
            assertThat(letter.routeId()).isEqualTo("payment-record");
            assertThat(letter.cause()).contains("payment_amount_minor_check");
        });
    }

    @Test
    void shouldChooseTheProviderOfAPaymentFromOutsideByTheRules() throws Exception {
        // Given
        RecordPayments byRule = new RecordPayments(TestRoles.databases(database.dataSource()),
                TestPayments.providerRules("rules: [{name: cards, when: {methods: [card]}, providers: [a, b]}]"));

        // When
        byRule.record(List.of(submitted("event-1", TestPayments.instruction())));

        // Then
        assertThat(database.rows("SELECT p.provider, p.provider_rule, w.provider FROM payment p "
                + "JOIN charge_work w ON w.payment_id = p.id")).containsExactly("a cards a");
    }

    @Test
    void shouldThrowWhenTheDatabaseIsUnavailableSoThatAllIsReadAgain() throws Exception {
        // Given
        RecordPayments withoutDatabase = new RecordPayments(TestRoles.databases(new UnavailableDataSource()),
                TestPayments.providerRules());

        // When
        assertThatThrownBy(() -> withoutDatabase.record(List.of(submitted("event-1", TestPayments.instruction()))))

                // Then
                .isInstanceOf(SQLException.class);
        assertThat(refused).isEmpty();
    }

    @Test
    void shouldMakeOneChargeOfWhatTwoConsumersReadAtOnce() throws Exception {
        // Given
        List<RecordPayments.Submitted> batch = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            batch.add(submitted("event-" + i, TestPayments.instruction()));
        }
        List<RecordPayments.Submitted> reversed = new ArrayList<>(batch);
        Collections.reverse(reversed);

        // When
        CompletableFuture<Void> one = CompletableFuture.runAsync(() -> unchecked(batch));
        CompletableFuture<Void> two = CompletableFuture.runAsync(() -> unchecked(reversed));

        // Then
        assertThat(CompletableFuture.allOf(one, two)).succeedsWithin(Duration.ofSeconds(20));
        assertThat(database.count("payment")).isEqualTo(200);
        assertThat(database.count("charge_work")).isEqualTo(200);
    }

    private void unchecked(List<RecordPayments.Submitted> batch) {
        try {
            recordPayments.record(batch);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PaymentInstruction accepted() {
        PaymentInstruction instruction = TestPayments.instruction();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox')", instruction.paymentId());
        return instruction;
    }

    private RecordPayments.Submitted submitted(String eventId, PaymentInstruction instruction) {
        return new RecordPayments.Submitted(instruction, TestBatches.record(eventId, null, refused));
    }
}
