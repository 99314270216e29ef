package io.payroute.notification;

import java.time.Instant;

import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

import io.payroute.notification.SmtpFailure.Step;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class NotificationHealthTest {

    private final ChannelStates states = new ChannelStates("mail.example:25");
    private final NotificationHealth health = new NotificationHealth(states);

    @Test
    void shouldBeDegradedAndReadyWhileTheMailServerRefusesUs() {
        // Given
        fail(3, new SmtpFailure(Step.SENDER, 553, false, "the mail server answered 553 to MAIL FROM", "not allowed", null));

        // When
        JsonObject told = new JsonObject().put("status", "healthy");
        health.addTo(told);
        HealthCheckResponse ready = health.call();

        // Then
        assertThat(told.getString("status")).isEqualTo("degraded");
        assertThat(told.getJsonObject("notifications").getJsonObject("email").getString("cause"))
                .isEqualTo("the mail server answered 553 to MAIL FROM");
        assertThat(ready.getStatus()).isEqualTo(Status.UP);
        assertThat(ready.getData().orElseThrow().get("email")).asString().startsWith("the mail server answered 553");
    }

    @Test
    void shouldStayUnhealthyWhenItIs() {
        // Given
        fail(3, new SmtpFailure(Step.CONNECT, 0, false, "the mail server cannot be reached", null, null));

        // When
        JsonObject told = new JsonObject().put("status", "unhealthy");
        health.addTo(told);

        // Then
        assertThat(told.getString("status")).isEqualTo("unhealthy");
    }

    @Test
    void shouldThinkNothingOfRecipientsThatAreRefused() {
        // Given
        fail(9, new SmtpFailure(Step.RECIPIENT, 450, false, "the mail server answered 450 to RCPT TO", "greylisted", null));

        // When
        JsonObject told = new JsonObject().put("status", "healthy");
        health.addTo(told);

        // Then
        assertThat(told).isEqualTo(new JsonObject().put("status", "healthy"));
    }

    private void fail(int times, SmtpFailure failure) {
        DueNotification due = new DueNotification(1, "email", "event-1", "ada@example.com", "subject", "payment-completed",
                new JsonObject(), 1, 0, null, Instant.now());
        for (int i = 0; i < times; i++) {
            states.of("email").failed(FailureCause.of(failure, "email"), due);
        }
    }
}
