package io.payroute.payment;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.payment.model.PaymentStatus;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the database refuses whoever writes. */
class PaymentTableTest {

    private static final String INSERT = "INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, status) "
            + "VALUES (?, 'user-1', ?, ?, 'card', 'sandbox', ?)";
    private static TestDatabase database;

    private final UUID id = UUID.randomUUID();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldHoldTheRulesOfPaymentStatus() {
        // When
        List<String> rules = database.rows("SELECT from_status, to_status FROM payment_transition_rule");

        // Then
        assertThat(rules).containsExactlyInAnyOrderElementsOf(Arrays.stream(PaymentStatus.values())
                .flatMap(from -> from.next().stream().map(to -> from.word() + ' ' + to.word())).toList());
    }

    @Test
    void shouldRecordTheWayOfAPayment() {
        // Given
        database.execute(INSERT, id, 4999L, "USD", "pending");

        // When
        become("processing", "unknown", "completed", "partially_refunded", "refunded");

        // Then
        assertThat(database.rows("SELECT from_status, to_status FROM payment_transition WHERE payment_id = ? ORDER BY id", id))
                .containsExactly("pending processing", "processing unknown", "unknown completed",
                        "completed partially_refunded", "partially_refunded refunded");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeNoIllegalWay(PaymentStatus to) {
        // Given
        database.execute(INSERT, id, 4999L, "USD", "pending");
        become("processing", "completed");
        boolean legal = PaymentStatus.COMPLETED.canBecome(to) || to == PaymentStatus.COMPLETED;

        // When
        if (legal) {
            become(to.word());
        } else {
            assertThatThrownBy(() -> become(to.word())).hasMessageContaining("may not go from completed");
        }

        // Then
        assertThat(database.value("SELECT status FROM payment")).isEqualTo(legal ? to.word() : "completed");
        assertThat(database.count("payment_transition")).isEqualTo(legal && to != PaymentStatus.COMPLETED ? 3 : 2);
    }

    @Test
    void shouldRecordTheWayOfEachPaymentOfOneStatement() {
        // Given
        UUID other = UUID.randomUUID();
        database.execute(INSERT, id, 4999L, "USD", "pending");
        database.execute(INSERT, other, 4999L, "USD", "pending");

        // When
        database.execute("UPDATE payment SET status = CASE WHEN id = ? THEN 'processing' ELSE 'cancelled' END", id);

        // Then
        assertThat(database.rows("SELECT payment_id, from_status, to_status FROM payment_transition"))
                .containsExactlyInAnyOrder(id + " pending processing", other + " pending cancelled");
    }

    @Test
    void shouldChangeNoPaymentOfAStatementWithAnIllegalTransition() {
        // Given
        UUID other = UUID.randomUUID();
        database.execute(INSERT, id, 4999L, "USD", "pending");
        database.execute(INSERT, other, 4999L, "USD", "pending");

        // When
        assertThatThrownBy(
                () -> database.execute("UPDATE payment SET status = CASE WHEN id = ? THEN 'processing' ELSE 'completed' END",
                        id))
                .hasMessageContaining("payment " + other + " may not go from pending to completed");

        // Then
        assertThat(database.rows("SELECT DISTINCT status FROM payment")).containsExactly("pending");
        assertThat(database.count("payment_transition")).isZero();
    }

    @Test
    void shouldHoldNoMoneyOfWhatFailed() {
        // Given
        database.execute(INSERT, id, 4999L, "USD", "pending");
        become("processing", "completed");
        database.execute("UPDATE payment SET captured_minor = amount_minor");

        // When
        assertThatThrownBy(() -> become("failed"))

                // Then
                .hasMessageContaining("payment_failed_holds_nothing");
    }

    @Test
    void shouldTakeNoUnknownWord() {
        // Given
        database.execute(INSERT, id, 4999L, "USD", "pending");

        // When
        assertThatThrownBy(() -> become("done"))

                // Then
                .hasMessageContaining("may not go from pending to done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"processing", "completed", "failed", "anything"})
    void shouldStartAsPendingOnly(String status) {
        // When
        assertThatThrownBy(() -> database.execute(INSERT, id, 4999L, "USD", status))

                // Then
                .hasMessageContaining("starts as pending");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void shouldHoldNothingThatIsNotPositive(long amount) {
        // When
        assertThatThrownBy(() -> database.execute(INSERT, id, amount, "USD", "pending"))

                // Then
                .hasMessageContaining("amount_minor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"usd", "US", "EURO", "U$D", ""})
    void shouldHoldNoOtherCurrencyThanThreeLetters(String currency) {
        // When
        assertThatThrownBy(() -> database.execute(INSERT, id, 1L, currency, "pending"))

                // Then
                .isInstanceOf(IllegalStateException.class);
    }

    private void become(String... words) {
        for (String word : words) {
            database.execute("UPDATE payment SET status = ? WHERE id = ?", word, id);
        }
    }
}
