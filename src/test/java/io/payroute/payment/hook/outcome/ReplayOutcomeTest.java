package io.payroute.payment.hook.outcome;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.payroute.payment.telling.TestEvents;
import io.payroute.platform.Refusal;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class ReplayOutcomeTest extends OutcomeBed {

    @Test
    void shouldMakeADeadLetterOfWhatTheHookNeverTakesAndTellItAgainWhenThatIsReplayed() throws Exception {
        // Given
        failures.set(3);
        consume("e1");
        tell();
        List<String> letters = database.rows("SELECT source, event_id, route_id, attempts, cause FROM dead_letter");

        // When
        deadLetters.replay(List.of(Long.valueOf(database.value("SELECT id FROM dead_letter"))));
        tell();

        // Then
        assertThat(letters).containsExactly("hook.payment-after-outcome " + TestEvents.id("e1")
                + " payment-outcome-hook 3 IllegalStateException: the team's server refuses");
        assertThat(told).extracting(headers -> headers.get("paymentAttempt")).containsExactly(1, 2, 3, 1);
        assertThat(database.count("outcome_hook")).isZero();
    }

    /** Its result may be written long after its letter was. */
    @Test
    void shouldKeepWhatIsReplayedWhileTheOneWhoGaveItUpHasNotEnded() throws Exception {
        // Given
        consume("e1");
        OutcomeTask late = queue.claim(new Claim(10, Integer.MAX_VALUE, Map.of(), Duration.ofSeconds(60))).get(0);
        Sql.inTransaction(database.dataSource(), connection -> {
            replay.requeue(connection, late.eventId(), late.event());
            return null;
        });

        // When
        queue.done(late).toCompletableFuture().join();

        // Then
        assertThat(database.count("outcome_hook WHERE due_at <= now()")).isEqualTo(1);
    }

    @Test
    void shouldNotReplayForNobody() throws Exception {
        // Given
        failures.set(3);
        consume("e1");
        tell();
        unreplace();

        // When
        Throwable refusal = catchThrowable(
                () -> deadLetters.replay(List.of(Long.valueOf(database.value("SELECT id FROM dead_letter")))));

        // Then
        assertThat(refusal).isInstanceOf(Refusal.class).hasMessageContaining("payment-after-outcome");
        assertThat(database.count("dead_letter WHERE replayed_at IS NULL")).isEqualTo(1);
    }

    /** It would never leave the queue. */
    @Test
    void shouldNotReplayWhatAnOperatorMadeUnreadable() throws Exception {
        // Given
        failures.set(3);
        consume("e1");
        tell();
        long letter = Long.parseLong(database.value("SELECT id FROM dead_letter"));
        deadLetters.edit(letter, "application/json", "{}".getBytes(StandardCharsets.UTF_8));

        // When
        Throwable refusal = catchThrowable(() -> deadLetters.replay(List.of(letter)));

        // Then
        assertThat(refusal).isInstanceOf(Refusal.class).hasMessageContaining("no outcome");
        assertThat(database.count("outcome_hook")).isZero();
    }
}
