package io.payroute.payment.hook.outcome;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.payroute.payment.telling.TestEvents;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.platform.work.Claim;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class AfterOutcomeRouteTest extends OutcomeBed {

    @Test
    void shouldTellTheHookOfEachOutcomeOnceAlsoWhenItIsReadTwice() throws Exception {
        // Given
        consume("e1", "e2");

        // When
        consume("e2", "e1");
        tell();
        consume("e1", "e2");
        tell();

        // Then
        assertThat(told).extracting(headers -> headers.get("paymentEventId"))
                .containsExactlyInAnyOrder(TestEvents.id("e1"), TestEvents.id("e2"));
        assertThat(told.get(0)).containsEntry("paymentStatus", "failed").containsEntry("paymentPreviousStatus", "processing")
                .containsEntry("paymentAmount", "49.99").containsEntry("paymentAmountMinor", 4999L)
                .containsEntry("paymentUserId", "user-1").containsEntry("paymentEmail", "ada@example.com")
                .containsEntry("paymentReason", "insufficient_funds").containsEntry("paymentAttempt", 1)
                .doesNotContainKey("paymentOrderId");
        JsonObject body = new JsonObject(bodies.get(0));
        assertThat(body.getMap()).containsEntry("status", "failed").containsEntry("amount_minor", 4999)
                .containsEntry("previous_status", "processing");
        assertThat(database.count("outcome_hook")).isZero();
        assertThat(database.count("dead_letter")).isZero();
    }

    @Test
    void shouldWriteNothingWhereNoFileReplacesTheHook() throws Exception {
        // Given
        unreplace();

        // When
        consume("e1");

        // Then
        assertThat(commits).hasValue(1);
        assertThat(database.count("outcome_hook")).isZero();
        assertThat(database.count("inbox")).isZero();
    }

    @Test
    void shouldKeepWebhooksToo() throws Exception {
        // Given
        TestWebhooks.endpoint(database, "https://shop.example.com", WebhookSecret.next());

        // When
        consume("e1");

        // Then
        assertThat(database.count("webhook_delivery")).isEqualTo(1);
        assertThat(database.count("outcome_hook")).isEqualTo(1);
    }

    @Test
    void shouldTellAgainWhenTheHookFails() throws Exception {
        // Given
        failures.set(2);
        consume("e1");

        // When
        tell();

        // Then
        assertThat(told).extracting(headers -> headers.get("paymentAttempt")).containsExactly(1, 2, 3);
        assertThat(database.count("dead_letter")).isZero();
    }

    @Test
    void shouldTellAgainWhenTheHookHangs() throws Exception {
        // Given
        hangs.set(1);
        consume("e1");

        // When
        tell();

        // Then
        assertThat(told).extracting(headers -> headers.get("paymentAttempt")).containsExactly(1, 2);
    }

    @Test
    void shouldTellWhatAProcessHadClaimedThatDied() throws Exception {
        // Given
        consume("e1");
        assertThat(queue.claim(new Claim(10, Integer.MAX_VALUE, Map.of(), Duration.ofSeconds(60)))).hasSize(1);
        database.execute("UPDATE outcome_hook SET due_at = now()");

        // When
        tell();

        // Then
        assertThat(told).hasSize(1);
    }

    @Test
    void shouldGiveBackWhatWasNotTold() throws Exception {
        // Given
        consume("e1");

        // When
        queue.giveBack(queue.claim(new Claim(10, Integer.MAX_VALUE, Map.of(), Duration.ofSeconds(60))));

        // Then
        assertThat(database.count("outcome_hook WHERE due_at <= now() AND failures = 0")).isEqualTo(1);
    }
}
