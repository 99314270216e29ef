package io.payroute.payment.charge;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.model.PaymentState.Effect;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.Claim;

import static org.assertj.core.api.Assertions.assertThat;

/** The statements that change many payments at once do what {@link PaymentState} decides, in each state for each fact. */
@Timeout(120)
class ChargeStatementsTest extends SettleBed {

    private static final Map<PaymentFact, ProviderOutcome> ANSWERS = Map.of(PaymentFact.CHARGED,
            new ProviderOutcome.Completed("ref"), PaymentFact.AUTHORIZED, new ProviderOutcome.Authorized("ref"),
            PaymentFact.NOT_CHARGED, new ProviderOutcome.Declined("no"), PaymentFact.NOT_SENT,
            new ProviderOutcome.NotDone("refused"), PaymentFact.UNDECIDED, new ProviderOutcome.Pending("ref"),
            PaymentFact.UNANSWERED, new ProviderOutcome.Unanswered("timeout"), PaymentFact.PASSED_ON,
            new ProviderOutcome.Declined("no", true));
    private static final ProviderRules CHAIN = TestPayments.providerRules("rules: [{name: both, providers: [sandbox, other]}]");

    private final RoleDatabases databases = TestRoles.databases(database.dataSource());
    private final ProviderBreakers breakers = new ProviderBreakers(50, 2, Duration.ofMinutes(5));
    private final SettleCharge settleCharge = settling(TestPayments.rules(3, CHAIN, breakers), TestPayments.breakers(),
            TestPayments.meters());

    static Stream<Arguments> answers() {
        return Stream.of(PaymentStatus.values()).filter(status -> status != PaymentStatus.PENDING)
                .flatMap(status -> ANSWERS.keySet().stream().map(fact -> Arguments.of(status, fact)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void shouldSettleAsItIsDecided(PaymentStatus status, PaymentFact fact) throws Exception {
        // Given
        UUID id = payment(status, true);

        // When
        settle(id, status, fact);

        // Then
        Decision decision = PaymentState.decide(status, fact);
        Effect effect = decision.effect();
        boolean ended = effect == Effect.TRANSITION && decision.next() != PaymentStatus.UNKNOWN;
        boolean later = effect == Effect.DUE || effect == Effect.QUERY || effect == Effect.FAILOVER
                || effect == Effect.TRANSITION && !ended;
        assertThat(database.value("SELECT status FROM payment")).isEqualTo(decision.next().word());
        assertThat(database.count("outbox")).isEqualTo(effect == Effect.TRANSITION ? 1 : 0);
        assertThat(database.count("charge_work")).isEqualTo(ended ? 0 : 1);
        assertThat(database.count("charge_work WHERE due_at < now() + interval '2 minutes'")).isEqualTo(later ? 1 : 0);
        assertThat(database.count("charge_work WHERE sent_at IS NULL"))
                .isEqualTo(effect == Effect.DUE || effect == Effect.FAILOVER ? 1 : 0);
        assertThat(database.value("SELECT provider FROM payment")).isEqualTo(effect == Effect.FAILOVER ? "other" : "sandbox");
        assertThat(database.count("payment_event WHERE type = 'provider.conflict'"))
                .isEqualTo(effect == Effect.CONFLICT ? 1 : 0);
        assertThat(database.count("provider_call")).isEqualTo(1);
    }

    /** The payment has gone on since the claim. Nothing moves; what contradicts its new state is told. */
    @ParameterizedTest
    @MethodSource("answers")
    void shouldOnlyTellOfConflictsWhenAnAnswerIsLate(PaymentStatus status, PaymentFact fact) throws Exception {
        // Given
        PaymentStatus seen = status == PaymentStatus.PROCESSING ? PaymentStatus.UNKNOWN : PaymentStatus.PROCESSING;
        UUID id = payment(status, false);

        // When
        settle(id, seen, fact);

        // Then
        assertThat(database.value("SELECT status FROM payment")).isEqualTo(status.word());
        assertThat(database.value("SELECT provider FROM payment")).isEqualTo("sandbox");
        assertThat(database.count("outbox")).isZero();
        assertThat(database.count("payment_event WHERE type = 'provider.conflict'"))
                .isEqualTo(PaymentState.decide(status, fact).effect() == Effect.CONFLICT ? 1 : 0);
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeginAsItIsDecided(PaymentStatus status) throws Exception {
        // Given
        payment(status, true);
        database.execute("UPDATE charge_work SET sent_at = NULL, due_at = now(), not_before = now()");

        // When
        queue().claim(new Claim(100, 100, Map.of(), Duration.ofMinutes(1)));

        // Then
        assertThat(database.value("SELECT status FROM payment"))
                .isEqualTo(PaymentState.decide(status, PaymentFact.CLAIMED).next().word());
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassOnAsItIsDecided(PaymentStatus status) throws Exception {
        // Given
        payment(status, true);
        database.execute("UPDATE charge_work SET sent_at = NULL, due_at = now(), not_before = now(), attempts = 0");
        RerouteCharges reroute = TestPayments.reroute(databases, CHAIN, breakers);

        // When
        int passedOn = reroute.around(List.of("sandbox"), 10);

        // Then
        boolean may = PaymentState.decide(status, PaymentFact.PASSED_ON).effect() == Effect.FAILOVER;
        assertThat(passedOn).isEqualTo(may ? 1 : 0);
        assertThat(database.rows("SELECT p.provider, w.provider FROM payment p, charge_work w"))
                .containsExactly(may ? "other other" : "sandbox sandbox");
    }

    private void settle(UUID id, PaymentStatus seen, PaymentFact fact) throws Exception {
        ChargeTask task = new ChargeTask(TestPayments.payment(id, seen), false, 1, 0, Instant.now(), null,
                fact == PaymentFact.PASSED_ON ? "both" : null, TestPayments.task(seen, false, 1, 0).tries());
        settleCharge.settle(task, ANSWERS.get(fact)).toCompletableFuture().get();
    }

    private ChargeQueue queue() {
        return new ChargeQueue(databases, breakers, TestPayments.reroute(databases, CHAIN, breakers), TestPayments.NO_HOOKS);
    }

    /** A payment that went its legal way to this state. @param claimed whether a worker holds its charge */
    private static UUID payment(PaymentStatus status, boolean claimed) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, provider_rule) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox', 'both')", id);
        TestPayments.way(status)
                .forEach(step -> database.execute("UPDATE payment SET status = ? WHERE id = ?", step.word(), id));
        if (claimed) {
            database.execute("INSERT INTO charge_work (payment_id, provider, due_at, attempts, queries, sent_at) "
                    + "VALUES (?, 'sandbox', now() + interval '1 hour', 1, 0, now())", id);
        }
        return id;
    }
}
