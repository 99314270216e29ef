package io.payroute.payment;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.TestRoles;
import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The counters say what counting would say, whatever becomes of payments. */
class PaymentCountsTest {

    private static final String COUNTED = "SELECT status, currency, sum(payments), sum(amount_minor), sum(captured_minor), "
            + "sum(refunded_minor), sum(disputed_minor), sum(charged_back_minor), sum(disputed_payments) FROM payment_count GROUP BY status, currency HAVING sum(payments) <> 0 ORDER BY 1, 2";
    private static final String THERE = "SELECT status, currency, count(*), sum(amount_minor), sum(captured_minor), "
            + "sum(refunded_minor), sum(disputed_minor), sum(charged_back_minor), count(*) FILTER (WHERE disputed_minor > 0) "
            + "FROM payment GROUP BY status, currency ORDER BY 1, 2";
    private static TestDatabase database;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldCountWhatEveryStatementChanges() {
        // Given
        add(300);

        // When
        move();

        // Then
        assertThat(database.rows(COUNTED)).isNotEmpty().isEqualTo(database.rows(THERE));
        assertThat(database.rows(COUNTED)).hasSizeGreaterThan(3);
    }

    @Test
    void shouldCountNothingThatIsRolledBack() {
        // Given
        add(3);
        List<String> before = database.rows(COUNTED);

        // When
        assertThatThrownBy(() -> Sql.inTransaction(database.dataSource(), connection -> {
            Sql.update(connection, "UPDATE payment SET status = 'processing'");
            throw new SQLException("killed");
        })).hasMessage("killed");

        // Then
        assertThat(database.rows(COUNTED)).isEqualTo(before);
    }

    @Test
    void shouldFoldManyRowsIntoFew() throws Exception {
        // Given
        for (int i = 0; i < 120; i++) {
            add(1);
        }
        move();

        // When
        new PaymentCounts(TestRoles.payment(), TestRoles.databases(database.dataSource()), new SimpleMeterRegistry()).fold();

        // Then
        assertThat(database.count("payment_count")).isLessThan(12);
        assertThat(database.rows(COUNTED)).isEqualTo(database.rows(THERE));
    }

    @Test
    void shouldKeepSumsOfNoPaymentWhenFolding() throws Exception {
        // Given
        manyRowsOfNoPayment();

        // When
        new PaymentCounts(TestRoles.payment(), TestRoles.databases(database.dataSource()), new SimpleMeterRegistry()).fold();

        // Then
        assertThat(database.rows("SELECT status, payments, refunded_minor FROM payment_count")).containsExactlyInAnyOrder(
                "partially_refunded 0 840");
    }

    @Test
    void shouldLeaveFoldingToTheProcessThatIsAtIt() throws Exception {
        // Given
        manyRowsOfNoPayment();

        // When
        Sql.inTransaction(database.dataSource(), other -> {
            Sql.query(other, "SELECT pg_advisory_xact_lock(hashtext('payment_count'))::text", row -> row.getString(1));
            new PaymentCounts(TestRoles.payment(), TestRoles.databases(database.dataSource()), new SimpleMeterRegistry())
                    .fold();
            return null;
        });

        // Then
        assertThat(database.count("payment_count")).isEqualTo(240);
    }

    /** What second refunds add while the rows of the payments themselves are not there to be folded; and what comes to nothing. */
    private static void manyRowsOfNoPayment() {
        database.execute("INSERT INTO payment_count (status, currency, payments, disputed_payments, amount_minor, "
                + "captured_minor, refunded_minor, disputed_minor, charged_back_minor) "
                + "SELECT s, 'USD', 0, 0, 0, 0, CASE s WHEN 'completed' THEN 0 ELSE 7 END, 0, 0 "
                + "FROM generate_series(1, 120), unnest(ARRAY['completed', 'partially_refunded']) s");
    }

    private static void add(int payments) {
        for (int i = 0; i < payments; i++) {
            database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                    + "VALUES (?, 'u', ?, ?, 'card', 'sandbox')", UUID.randomUUID(), 100L + i, i % 3 == 0 ? "EUR" : "USD");
        }
    }

    private static void move() {
        database.execute("UPDATE payment SET status = 'processing' WHERE amount_minor % 5 <> 0");
        database.execute("UPDATE payment SET status = 'completed', captured_minor = amount_minor "
                + "WHERE status = 'processing' AND amount_minor % 5 <> 1");
        database.execute("UPDATE payment SET disputed_minor = 9 WHERE status = 'completed' AND amount_minor % 5 = 3");
        database.execute("UPDATE payment SET refund_claimed_minor = 7 WHERE status = 'completed' AND amount_minor % 5 = 2");
        database.execute("UPDATE payment SET status = 'partially_refunded', refunded_minor = 7 "
                + "WHERE status = 'completed' AND amount_minor % 5 = 2");
    }
}
