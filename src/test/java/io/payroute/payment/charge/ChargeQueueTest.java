package io.payroute.payment.charge;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.Claim;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class ChargeQueueTest {

    private static final String RULES = """
            rules:
              - name: both
                when: {currencies: [USD]}
                providers: [sandbox, other]
              - name: alone
                providers: [sandbox]
            """;
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static TestDatabase database;

    private final ProviderBreakers breakers = new ProviderBreakers(50, 2, Duration.ofMinutes(5));

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldSendWhatIsDueAndMarkItBeforeItLeaves() throws Exception {
        // Given
        UUID due = payment("now()");
        payment("now() + interval '1 minute'");

        // When
        List<ChargeTask> sent = claim(queue());

        // Then
        assertThat(sent).singleElement().satisfies(task -> {
            assertThat(task.payment().id()).isEqualTo(due);
            assertThat(task.statusQuery()).isFalse();
            assertThat(task.attempts()).isEqualTo(1);
            assertThat(task.status()).isEqualTo(PaymentStatus.PROCESSING);
            assertThat(task.call().key()).isEqualTo(due.toString());
            assertThat(task.call().operation()).isEqualTo("charge");
        });
        assertThat(database.rows("SELECT status FROM payment WHERE id = ?", due)).containsExactly("processing");
        assertThat(database.rows("SELECT sent_at IS NOT NULL, attempts, due_at > now() + interval '30 s' FROM charge_work "
                + "WHERE payment_id = ?", due)).containsExactly("t 1 t");
    }

    @Test
    void shouldSendNothingTwiceWithinItsLease() throws Exception {
        // Given
        payment("now()");
        ChargeQueue queue = queue();
        claim(queue);

        // When
        List<ChargeTask> again = claim(queue);

        // Then
        assertThat(again).isEmpty();
    }

    @Test
    void shouldWriteNoIndexAgainForAClaim() throws Exception {
        // Given
        TestDatabase fresh = TestDatabase.create();
        for (int i = 0; i < 5; i++) {
            payment(fresh, "now()");
        }

        // When
        List<ChargeTask> claimed = claim(queue(fresh, breakers));

        // Then
        assertThat(claimed).hasSize(5);
        await().untilAsserted(() -> assertThat(fresh.rows(
                "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'charge_work'"))
                .containsExactly("5 5"));
    }

    @Test
    void shouldClaimWhatAnEarlierVersionMadeDueOrHadClaimed() throws Exception {
        // Given
        TestDatabase earlier = TestDatabase.earlier("payment", "22");
        UUID due = Ids.next();
        UUID leased = Ids.next();
        earlier.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "SELECT id, 'user-1', 4999, 'USD', 'card', 'sandbox' FROM (VALUES (?::uuid), (?::uuid)) AS v(id)", due,
                leased);
        earlier.execute("INSERT INTO charge_work (payment_id, provider, due_at, attempts, sent_at) VALUES "
                + "(?, 'sandbox', now(), 0, NULL), (?, 'sandbox', now() + interval '1 minute', 1, now())", due, leased);
        earlier.migrate("payment");
        ChargeQueue queue = queue(earlier, breakers);

        // When
        List<ChargeTask> first = claim(queue);
        earlier.execute("UPDATE charge_work SET due_at = now() - interval '1 s', not_before = now() - interval '1 s' "
                + "WHERE payment_id = ?", leased);
        List<ChargeTask> second = claim(queue);

        // Then
        assertThat(first).extracting(ChargeTask::id, ChargeTask::statusQuery).containsExactly(tuple(due, false));
        assertThat(second).extracting(ChargeTask::id, ChargeTask::statusQuery).containsExactly(tuple(leased, true));
    }

    @Test
    void shouldQueryInsteadOfChargingWhenALeaseRanOut() throws Exception {
        // Given
        database.clockAhead(Duration.ofHours(-6));
        UUID id = payment("now()");
        ChargeQueue queue = queue();
        List<ChargeTask> sent = new ArrayList<>(claim(queue));
        database.execute("UPDATE charge_work SET due_at = now(), not_before = now(), sent_at = now() - interval '22 h'");

        // When
        sent.addAll(claim(queue));

        // Then
        assertThat(sent).hasSize(2);
        assertThat(sent.get(0).call().keyAge()).isZero();
        assertThat(sent.get(1).startedAt()).isBefore(Instant.now().minus(Duration.ofHours(5)));
        assertThat(sent.get(1).statusQuery()).isTrue();
        assertThat(sent.get(1).call().operation()).isEqualTo("status");
        assertThat(sent.get(1).call().key()).isEqualTo(id.toString());
        assertThat(sent.get(1).call().keyAge()).isBetween(Duration.ofHours(22), Duration.ofHours(22).plusMinutes(1));
        assertThat(database.rows("SELECT attempts, queries FROM charge_work")).containsExactly("1 1");
    }

    @Test
    void shouldSayThatAPaymentIsGivenUp() throws Exception {
        // Given
        payment("now()");
        payment("now()");
        ChargeQueue queue = queue();
        claim(queue);
        database.execute("UPDATE charge_work SET due_at = now(), not_before = now(), given_up = payment_id = "
                + "(SELECT min(payment_id::text)::uuid FROM charge_work)");

        // When
        List<ChargeTask> asked = claim(queue);

        // Then
        assertThat(asked).extracting(task -> task.call().givenUp()).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void shouldChargeAgainWhenNothingWasCharged() throws Exception {
        // Given
        payment("now()");
        ChargeQueue queue = queue();
        List<ChargeTask> sent = new ArrayList<>(claim(queue));
        database.execute("UPDATE charge_work SET due_at = now(), not_before = now(), sent_at = NULL");

        // When
        sent.addAll(claim(queue));

        // Then
        assertThat(sent).extracting(ChargeTask::statusQuery).containsExactly(false, false);
        assertThat(sent).extracting(ChargeTask::attempts).containsExactly(1, 2);
    }

    @Test
    void shouldClaimNoMoreThanItMay() throws Exception {
        // Given
        for (int i = 0; i < 10; i++) {
            payment("now()");
        }

        // When
        List<ChargeTask> sent = queue().claim(new Claim(3, 40, Map.of(), LEASE));

        // Then
        assertThat(sent).hasSize(3);
    }

    @Test
    void shouldClaimForOthersWhileAProviderHoldsItsShare() throws Exception {
        // Given
        for (int i = 0; i < 100; i++) {
            payment("now() - interval '1 minute'");
        }
        UUID other = payment("now()");
        database.execute("UPDATE charge_work SET provider = 'other' WHERE payment_id = ?", other);

        // When
        List<ChargeTask> sent = queue().claim(new Claim(10, 30, Map.of("sandbox", 30), LEASE));

        // Then
        assertThat(sent).extracting(task -> task.payment().id()).containsExactly(other);
    }

    @Test
    void shouldGiveBackAsIfItHadNeverBeenClaimed() throws Exception {
        // Given
        payment("now()");
        UUID queried = payment("now()");
        database.execute("UPDATE charge_work SET attempts = 1, sent_at = now() - interval '1 minute' WHERE payment_id = ?",
                queried);
        ChargeQueue queue = queue();
        List<ChargeTask> claimed = claim(queue);

        // When
        queue.giveBack(claimed);

        // Then
        assertThat(database.rows("SELECT attempts, queries, sent_at IS NULL, due_at <= now() FROM charge_work ORDER BY 1"))
                .containsExactly("0 0 t t", "1 0 f t");
        assertThat(claim(queue)).extracting(ChargeTask::statusQuery).containsExactlyInAnyOrder(false, true);
    }

    @Test
    void shouldNotGiveBackWhatAnotherHasClaimedSince() throws Exception {
        // Given
        payment("now()");
        ChargeQueue queue = queue();
        List<ChargeTask> late = claim(queue);
        database.execute("UPDATE charge_work SET due_at = now(), not_before = now()");
        claim(queue);

        // When
        queue.giveBack(late);

        // Then
        assertThat(database.rows("SELECT attempts, queries, sent_at IS NULL, due_at > now() FROM charge_work"))
                .containsExactly("1 1 f t");
    }

    @Test
    void shouldLeaveTheChargesOfAFailingProviderDue() throws Exception {
        // Given
        payment("now()");
        breakers.record("sandbox", false, new ProviderOutcome.Unanswered("timeout"));
        breakers.record("sandbox", false, new ProviderOutcome.NotDone("refused"));

        // When
        List<ChargeTask> sent = claim(queue());

        // Then
        assertThat(sent).isEmpty();
        assertThat(database.rows("SELECT sent_at, due_at <= now() FROM charge_work")).containsExactly("null t");
    }

    @Test
    void shouldTryAProviderThatFailedWithAFewCharges() throws Exception {
        // Given
        ProviderBreakers quick = new ProviderBreakers(50, 10, Duration.ofMillis(50));
        for (int i = 0; i < 10; i++) {
            payment("now()");
            quick.record("sandbox", false, new ProviderOutcome.Unanswered("timeout"));
        }
        await().untilAsserted(() -> assertThat(quick.failing().halfOpen()).containsExactly("sandbox"));

        // When
        ChargeQueue trying = queue(quick);
        List<ChargeTask> sent = claim(trying);
        List<ChargeTask> more = trying.claim(new Claim(100, 100, Map.of("sandbox", sent.size()), LEASE));

        // Then
        assertThat(sent).hasSize(quick.trials()).hasSize(2);
        assertThat(more).isEmpty();
    }

    @Test
    void shouldTakeDeclinesForAnswers() throws Exception {
        // Given
        payment("now()");
        for (int i = 0; i < 10; i++) {
            breakers.record("sandbox", false, new ProviderOutcome.Declined("insufficient_funds"));
        }

        // When
        List<ChargeTask> sent = claim(queue());

        // Then
        assertThat(sent).hasSize(1);
    }

    @Test
    void shouldShareTheWorkBetweenProcesses() throws Exception {
        // Given
        for (int i = 0; i < 100; i++) {
            payment("now()");
        }
        List<ChargeQueue> processes = List.of(queue(), queue(), queue());

        // When
        List<ChargeTask> sent = processes.parallelStream().flatMap(process -> claimAll(process).stream()).toList();

        // Then
        assertThat(sent).hasSize(100);
        assertThat(sent.stream().map(task -> task.payment().id()).distinct()).hasSize(100);
    }

    private static List<ChargeTask> claimAll(ChargeQueue process) {
        try {
            List<ChargeTask> all = new ArrayList<>();
            List<ChargeTask> some;
            do {
                some = process.claim(new Claim(7, 100, Map.of(), LEASE));
                all.addAll(some);
            } while (!some.isEmpty());
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<ChargeTask> claim(ChargeQueue queue) throws SQLException {
        return queue.claim(new Claim(100, 100, Map.of(), LEASE));
    }

    private ChargeQueue queue() {
        return queue(breakers);
    }

    private ChargeQueue queue(ProviderBreakers breakers) {
        return queue(database, breakers);
    }

    private static ChargeQueue queue(TestDatabase database, ProviderBreakers breakers) {
        RoleDatabases databases = TestRoles.databases(database.dataSource());
        return new ChargeQueue(databases, breakers,
                TestPayments.reroute(databases, TestPayments.providerRules(RULES), breakers), TestPayments.NO_HOOKS);
    }

    private static UUID payment(String due) {
        return payment(database, due);
    }

    private static UUID payment(TestDatabase database, String due) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox')", id);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at) VALUES (?, 'sandbox', " + due + ")", id);
        return id;
    }
}
