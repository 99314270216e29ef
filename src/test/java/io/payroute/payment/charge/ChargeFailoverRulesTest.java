package io.payroute.payment.charge;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.payment.routing.ProviderTries;
import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;

/** Which answer leads to another provider, and which never does. The chain is a, b, c; three attempts are allowed. */
class ChargeFailoverRulesTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final ProviderRules CHAIN = TestPayments.providerRules("rules: [{name: chain, providers: [a, b, c]}]");

    private final ProviderBreakers breakers = new ProviderBreakers(50, 2, Duration.ofMinutes(5));
    private final ChargeRules rules = TestPayments.rules(3, CHAIN, breakers);

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            // provider, calls before, outcome, next provider, when
            "a, -, not-done, b, now", "a, -, soft, b, now", "b, a:not_done, not-done, c, now",
            "b, a:not_done, soft, c, now", "b, a:declined_softly, not-done, c, now", "c, -, soft, a, now",
            // All had their turn: a pause, and the first again that has not declined.
            "c, a:not_done b:not_done, not-done, a, later", "c, a:not_done, not-done, b, now",
            // The last of the chain does not answer, and the others declined: it is tried again.
            "c, a:declined_softly b:declined_softly, not-done, -, later"})
    void shouldGoOnWithTheNextOfTheChain(String provider, String before, String answer, String next, String when) {
        // When
        ChargeDecision decision = rules.decide(task(provider, 1, 0, false, tries(before)), outcome(answer));

        // Then
        assertThat(decision.provider()).isEqualTo(next);
        assertThat(decision.next()).isNull();
        assertThat(decision.chargeAgain()).isTrue();
        assertThat(decision.delay().isZero()).isEqualTo(when.equals("now"));
    }

    @Test
    void shouldRecordWhy() {
        // When
        ChargeDecision unsent = rules.decide(task("a", 1, 0, false, tries(null)), new ProviderOutcome.NotDone("refused"));
        ChargeDecision soft = rules.decide(task("a", 1, 0, false, tries(null)), outcome("soft"));

        // Then
        assertThat(unsent.reason()).isEqualTo("not_done");
        assertThat(soft.reason()).isEqualTo("try_again_later");
    }

    @Test
    void shouldFailWithTheLastReasonWhenAllDeclinedSoftly() {
        // When
        ChargeDecision decision = rules.decide(
                task("c", 3, 0, false, tries("a:declined_softly b:declined_softly")), outcome("soft"));

        // Then
        assertThat(decision).isEqualTo(new ChargeDecision(PaymentStatus.FAILED, "try_again_later", null, false));
    }

    @Test
    void shouldNotGoBackToAProviderThatDeclined() {
        // When
        ChargeDecision decision = rules.decide(
                task("c", 3, 0, false, tries("a:declined_softly b:not_done")), outcome("soft"));

        // Then
        assertThat(decision).isEqualTo(new ChargeDecision(PaymentStatus.FAILED, "try_again_later", null, false));
        assertThat(rules.decide(task("c", 2, 0, false, tries("a:declined_softly b:not_done")), outcome("soft"))
                .provider()).isEqualTo("b");
    }

    @Test
    void shouldTryAProviderThatWasNeverCalledAfterTheLastAttemptToo() {
        // When
        ChargeDecision decision = rules.decide(task("b", 3, 0, false, tries("a:not_done a:not_done")), outcome("not-done"));

        // Then
        assertThat(decision.provider()).isEqualTo("c");
    }

    @Test
    void shouldQueryTheLastProviderWhenAllAttemptsAreUsed() {
        // When
        ChargeDecision decision = rules.decide(task("c", 3, 0, false, tries("a:not_done b:not_done")), outcome("not-done"));

        // Then
        assertThat(decision.next()).isEqualTo(PaymentStatus.UNKNOWN);
        assertThat(decision.provider()).isNull();
        assertThat(decision.chargeAgain()).isFalse();
    }

    @Test
    void shouldPassOverAProviderWhoseBreakerIsOpen() {
        // Given
        open("b");

        // When
        ChargeDecision decision = rules.decide(task("a", 1, 0, false, tries(null)), outcome("not-done"));

        // Then
        assertThat(decision.provider()).isEqualTo("c");
    }

    @Test
    void shouldStayAndPauseWhileNobodyElseCanBeCalled() {
        // Given
        open("b");
        open("c");

        // When
        ChargeDecision decision = rules.decide(task("a", 1, 0, false, tries(null)), outcome("not-done"));

        // Then
        assertThat(decision.provider()).isNull();
        assertThat(decision.chargeAgain()).isTrue();
        assertThat(decision.delay()).isPositive();
    }

    @Test
    void shouldWaitForAnOpenProviderRatherThanFailAfterASoftDecline() {
        // Given
        open("b");
        open("c");

        // When
        ChargeDecision decision = rules.decide(task("a", 1, 0, false, tries(null)), outcome("soft"));

        // Then
        assertThat(decision.provider()).isEqualTo("b");
    }

    @ParameterizedTest
    @CsvSource({"hard", "completed", "authorized", "pending", "unanswered"})
    void shouldStayWithTheProviderForEveryOtherAnswer(String answer) {
        // When
        ChargeDecision decision = rules.decide(task("a", 1, 0, false, tries(null)), outcome(answer));

        // Then
        assertThat(decision.provider()).isNull();
    }

    @Test
    void shouldStayWithTheProviderThatTheCallerRequested() {
        // Given
        ChargeTask task = new ChargeTask(TestPayments.payment(PaymentStatus.PROCESSING).at("a"), false, 1, 0, NOW);

        // When
        ChargeDecision decision = rules.decide(task, outcome("soft"));

        // Then
        assertThat(decision.provider()).isNull();
        assertThat(decision.next()).isEqualTo(PaymentStatus.FAILED);
    }

    @Test
    void shouldNeverChangeTheProviderOnceAnAnswerWasMissing() {
        Seeded.check(5_000, random -> {
            // Given
            boolean statusQuery = random.nextBoolean();
            ChargeTask task = task("a", 1 + random.nextInt(5), random.nextInt(3) + (statusQuery ? 1 : 0), statusQuery,
                    tries(null));
            ProviderOutcome outcome = anyOutcome(random);

            // When
            ChargeDecision decision = rules.decide(task, outcome);

            // Then
            boolean provablyNothing = task.queries() == 0 && (outcome instanceof ProviderOutcome.NotDone
                    || outcome instanceof ProviderOutcome.Declined declined && declined.soft());
            assertThat(decision.provider() == null || provablyNothing).isTrue();
        });
    }

    @Test
    void shouldEndWhateverIsAnswered() {
        Seeded.check(2_000, random -> {
            // Given
            List<String> calls = new ArrayList<>();
            String provider = "a";
            int attempts = 0;
            ChargeDecision decision;

            // When
            do {
                ProviderOutcome outcome = outcome(random.nextBoolean() ? "soft" : "not-done");
                decision = rules.decide(task(provider, ++attempts, 0, false, ProviderTries.of(calls)), outcome);
                calls.add(provider + " " + outcome.word());
                provider = decision.provider() == null ? provider : decision.provider();
            } while (decision.next() == null && attempts < 100);

            // Then
            assertThat(attempts).isLessThanOrEqualTo(3 + 3);
            assertThat(calls.stream().filter(call -> call.endsWith("declined_softly"))).doesNotHaveDuplicates();
        });
    }

    private void open(String provider) {
        breakers.record(provider, false, new ProviderOutcome.Unanswered("timeout"));
        breakers.record(provider, false, new ProviderOutcome.Unanswered("timeout"));
    }

    private static ChargeTask task(String provider, int attempts, int queries, boolean statusQuery, ProviderTries tries) {
        return new ChargeTask(TestPayments.payment(PaymentStatus.PROCESSING).at(provider), statusQuery, attempts, queries, NOW,
                null,
                "chain", tries);
    }

    private static ProviderTries tries(String before) {
        return before == null
                ? ProviderTries.NONE
                : ProviderTries.of(Stream.of(before.split(" ")).map(call -> call.replace(':', ' ')).toList());
    }

    private static ProviderOutcome anyOutcome(Random random) {
        return outcome(List.of("soft", "not-done", "hard", "completed", "authorized", "pending", "unanswered")
                .get(random.nextInt(7)));
    }

    private static ProviderOutcome outcome(String word) {
        return switch (word) {
            case "soft" -> new ProviderOutcome.Declined("try_again_later", true);
            case "hard" -> new ProviderOutcome.Declined("stolen_card");
            case "not-done" -> new ProviderOutcome.NotDone("refused");
            case "completed" -> new ProviderOutcome.Completed("ref");
            case "authorized" -> new ProviderOutcome.Authorized("ref");
            case "pending" -> new ProviderOutcome.Pending("ref");
            default -> new ProviderOutcome.Unanswered("timeout");
        };
    }
}
