package io.payroute.payment.reconciliation;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Effect;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.Ids;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Which states differ; and how long a comparison may take, seen by a table that somebody else holds. */
@Timeout(60)
class CompareBooksTest {

    private static final Duration ABSENT_AFTER = Duration.ofHours(25);
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final int USUAL_MS = 1_000;

    private final TestDatabase database = TestDatabase.create();
    private CompletableFuture<Void> holder = CompletableFuture.completedFuture(null);
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        connection = database.dataSource().getConnection();
        connection.setNetworkTimeout(Runnable::run, USUAL_MS);
        connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        holder.get(30, TimeUnit.SECONDS);
    }

    @Test
    void shouldTakeLongerThanAnyOtherStatementMay() throws Exception {
        // Given
        hold(3);

        // When
        new CompareBooks(ABSENT_AFTER, Duration.ofMinutes(1), LEASE).compare(connection, UUID.randomUUID());

        // Then
        assertThat(connection.getNetworkTimeout()).isEqualTo(USUAL_MS);
        // It holds for three seconds; that it is about to end may show a moment later here.
        assertThat(holder).succeedsWithin(Duration.ofSeconds(1));
    }

    @Test
    void shouldEndWithItsOwnTimeOut() {
        // Given
        hold(3);

        // When
        assertThatThrownBy(
                () -> new CompareBooks(ABSENT_AFTER, Duration.ofMillis(200), LEASE).compare(connection, UUID.randomUUID()))

                // Then
                .hasMessageContaining("statement timeout");
        assertThat(holder).isNotDone();
    }

    static Stream<Arguments> pairs() {
        return Stream.of(PaymentStatus.values())
                .flatMap(ours -> Stream.of("completed", "authorized", "pending", "failed", "cancelled", "none")
                        .map(theirs -> Arguments.of(ours, theirs)));
    }

    /** The statement does what {@link PaymentState} decides, in each state for each word of the list. */
    @ParameterizedTest
    @MethodSource("pairs")
    void shouldFindTheStatesThatDiffer(PaymentStatus ours, String theirs) throws Exception {
        // Given
        UUID payment = payment(ours);
        UUID run = UUID.randomUUID();
        database.execute("INSERT INTO reconciliation (id, provider, from_at, to_at, repair, requested_by, settled_at) "
                + "VALUES (?, 'sandbox', now() - interval '1 day', now() + interval '1 day', false, 'test', "
                + "now() + interval '1 day')", run);
        if (!theirs.equals("none")) {
            database.execute(
                    "INSERT INTO reconciliation_entry (reconciliation_id, reference, payment_id, amount_minor, currency, "
                            + "status, captured_minor, refunded_minor, refunds, disputed, created_at) "
                            + "SELECT ?, 'ref', id, amount_minor, currency, ?, captured_minor, refunded_minor, '[]', false, now() "
                            + "FROM payment WHERE id = ?",
                    run, theirs, payment);
        }

        // When
        new CompareBooks(ABSENT_AFTER, Duration.ofMinutes(1), LEASE).compare(connection, run);
        connection.commit();

        // Then
        PaymentFact fact = switch (theirs) {
            case "none" -> PaymentFact.NOT_LISTED;
            case "failed", "cancelled" -> PaymentFact.LISTED_NOT_CHARGED;
            default -> PaymentFact.valueOf("LISTED_" + theirs.toUpperCase(Locale.ROOT));
        };
        boolean differs = PaymentState.decide(ours, fact).effect() == Effect.CONFLICT;
        assertThat(database.rows("SELECT kind FROM reconciliation_difference WHERE reconciliation_id = '" + run + "'"))
                .isEqualTo(!differs ? List.of() : List.of(theirs.equals("none") ? "missing" : "status"));
    }

    private UUID payment(PaymentStatus status) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox')", id);
        TestPayments.way(status)
                .forEach(step -> database.execute("UPDATE payment SET status = ? WHERE id = ?", step.word(), id));
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, started_at, ended_at) "
                + "VALUES (?, 'sandbox', 'charge', 1, 'unanswered', now(), now())", id);
        return id;
    }

    private void hold(int seconds) {
        holder = CompletableFuture.runAsync(() -> database.execute("DO $$ BEGIN LOCK TABLE reconciliation_difference; "
                + "PERFORM pg_sleep(" + seconds + "); END $$"));
        await().untilAsserted(() -> assertThat(database.rows("SELECT 1 FROM pg_locks WHERE granted "
                + "AND relation = 'reconciliation_difference'::regclass AND mode = 'AccessExclusiveLock'")).isNotEmpty());
    }
}
