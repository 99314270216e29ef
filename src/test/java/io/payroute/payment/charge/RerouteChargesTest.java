package io.payroute.payment.charge;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.payment.TestPayments;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.payment.routing.ProviderTries;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.Claim;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** The claim of charges whose provider's breaker is open. */
@Timeout(60)
class RerouteChargesTest {

    private static TestDatabase database;

    private final List<ChargeTask> sent = new ArrayList<>();
    private final ProviderBreakers breakers = new ProviderBreakers(50, 2, Duration.ofMinutes(5));
    private final ProviderRules rules = TestPayments.providerRules("""
            rules:
              - {name: both, when: {currencies: [USD]}, providers: [sandbox, other]}
              - {name: alone, providers: [sandbox]}
            """);
    private final RoleDatabases databases = TestRoles.databases(database.dataSource());

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldGiveChargesThatWereNeverSentToAnotherProvider() throws Exception {
        // Given
        UUID id = due("both");
        open("sandbox");

        // When
        claim();

        // Then
        assertThat(sent).extracting(task -> task.payment().provider()).containsExactly("other");
        assertThat(database.rows("SELECT p.provider, w.provider, w.attempts FROM payment p "
                + "JOIN charge_work w ON w.payment_id = p.id")).containsExactly("other other 1");
        assertThat(database.rows("SELECT payment_id, type, detail->>'from', detail->>'to', detail->>'reason' "
                + "FROM payment_event")).containsExactly(id + " provider.failover sandbox other breaker_open");
    }

    @Test
    void shouldRerouteABacklogThatIsLargerThanOneClaim() throws Exception {
        // Given
        for (int i = 0; i < 30; i++) {
            due("both");
        }
        open("sandbox");

        // When
        claim();

        // Then
        assertThat(sent).hasSize(30).allSatisfy(task -> assertThat(task.payment().provider()).isEqualTo("other"));
    }

    @Test
    void shouldNotLetChargesWithoutAnAlternativeHoldUpTheOthers() throws Exception {
        // Given
        for (int i = 0; i < 30; i++) {
            due("alone");
        }
        due("both");
        open("sandbox");

        // When
        claim();

        // Then
        assertThat(sent).extracting(ChargeTask::rule).containsExactly("both");
    }

    @ParameterizedTest
    @ValueSource(strings = {"provider_rule = NULL", "provider_rule = 'alone'", "provider_rule = 'gone'"})
    void shouldLeaveAChargeWithoutAnAlternativeDue(String payment) throws Exception {
        // Given
        due("both");
        database.execute("UPDATE payment SET " + payment);
        open("sandbox");

        // When
        claim();

        // Then
        assertThat(sent).isEmpty();
        assertThat(database.rows("SELECT provider, sent_at, due_at <= now() FROM charge_work"))
                .containsExactly("sandbox null t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sent_at = now()", "queries = 1"})
    void shouldNeverRerouteAChargeThatMayHaveArrived(String work) throws Exception {
        // Given
        due("both");
        database.execute("UPDATE charge_work SET attempts = 1, " + work);
        open("sandbox");

        // When
        claim();

        // Then
        assertThat(sent).isEmpty();
        assertThat(database.rows("SELECT p.provider, w.provider FROM payment p JOIN charge_work w ON w.payment_id = p.id"))
                .containsExactly("sandbox sandbox");
    }

    @Test
    void shouldWaitWhenEveryBreakerIsOpen() throws Exception {
        // Given
        due("both");
        open("sandbox");
        open("other");

        // When
        claim();

        // Then
        assertThat(sent).isEmpty();
        assertThat(database.count("payment_event")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"declined_softly", "not_done"})
    void shouldNotGoBackToAProviderThatDeclinedOrHadItsTurn(String outcome) throws Exception {
        // Given
        UUID id = due("both");
        database.execute("UPDATE charge_work SET attempts = 1");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, started_at, ended_at) "
                + "VALUES (?, 'other', 'charge', 1, ?, now(), now())", id, outcome);
        open("sandbox");

        // When
        claim();

        // Then
        assertThat(sent).isEmpty();
    }

    @Test
    void shouldReadWhoWasCalledWithTheClaim() throws Exception {
        // Given
        UUID id = due("both");
        database.execute("UPDATE charge_work SET attempts = 2");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, started_at, ended_at) "
                + "VALUES (?, 'other', 'charge', 1, 'declined_softly', now(), now()), "
                + "(?, 'sandbox', 'authorize', 2, 'not_done', now(), now()), "
                + "(?, 'sandbox', 'refund', 1, 'declined', now(), now())", id, id, id);

        // When
        claim();

        // Then
        assertThat(sent).extracting(ChargeTask::tries)
                .containsExactly(ProviderTries.of(List.of("other declined_softly", "sandbox not_done")));
    }

    @Test
    void shouldTrustTheWorkRowForTheProvider() throws Exception {
        // Given
        due("both");
        database.execute("UPDATE payment SET provider_reference = 'sandbox-ref'");
        database.execute("UPDATE charge_work SET provider = 'other'");

        // When
        claim();

        // Then
        assertThat(sent).singleElement().satisfies(task -> {
            assertThat(task.payment().provider()).isEqualTo("other");
            assertThat(task.call().reference()).isNull();
        });
    }

    /** Until nothing more is due, as a consumer does. */
    private void claim() throws SQLException {
        ChargeQueue queue = new ChargeQueue(databases, breakers, TestPayments.reroute(databases, rules, breakers),
                TestPayments.NO_HOOKS);
        List<ChargeTask> claimed;
        do {
            claimed = queue.claim(new Claim(7, 100, Map.of(), Duration.ofMinutes(1)));
            sent.addAll(claimed);
        } while (!claimed.isEmpty());
    }

    private void open(String provider) {
        breakers.record(provider, false, new ProviderOutcome.Unanswered("timeout"));
        breakers.record(provider, false, new ProviderOutcome.NotDone("refused"));
    }

    private static UUID due(String rule) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, provider_rule) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox', ?)", id, rule);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at) VALUES (?, 'sandbox', now())", id);
        return id;
    }
}
