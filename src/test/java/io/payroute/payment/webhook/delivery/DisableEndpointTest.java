package io.payroute.payment.webhook.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.proto.notification.SendEmailRequest;

import static org.assertj.core.api.Assertions.assertThat;

class DisableEndpointTest extends DeliveryRoute {

    @Test
    void shouldDisableAnEndpointThatIsGoneAndTellItsContactOnce() throws Exception {
        // Given
        receiver.answers("410 Gone");
        database.execute("UPDATE webhook_endpoint SET alert_email = 'shop@example.com'");
        UUID delivery = delivery();
        UUID waiting = TestWebhooks.delivery(database, endpoint);
        database.execute("UPDATE webhook_delivery SET due_at = now() + interval '1 h' WHERE id = ?", waiting);
        dispatch();

        // When
        alert();
        alert();

        // Then
        assertThat(database.rows("SELECT status, disabled_reason, disabled_at IS NOT NULL, alert_due_at FROM webhook_endpoint"))
                .containsExactly("disabled gone t null");
        assertThat(state(delivery)).isEqualTo("failed 1 1");
        assertThat(state(waiting)).isEqualTo("discarded 0 0");
        assertThat(mails).singleElement().satisfies(mail -> {
            assertThat(mail.getTo()).isEqualTo("shop@example.com");
            assertThat(mail.getUserId()).isEqualTo("shop");
            assertThat(mail.getBody()).contains(endpoint.toString(), "410 Gone").doesNotContain("shop=1");
            assertThat(mail.getIdempotencyKey()).startsWith("webhook-disabled-" + endpoint);
        });
    }

    @Test
    void shouldTakeNoMoreAlertsThanItMayWhateverThePlan() throws Exception {
        // Given
        for (int i = 0; i < 50; i++) {
            TestWebhooks.endpoint(database, receiver.url(), secret);
        }
        database.execute("UPDATE webhook_endpoint SET alert_due_at = now() - interval '1 s'");

        // When
        List<AlertQueue.Alert> claimed = new ArrayList<>();
        database.withNestedLoops(() -> claimed.addAll(alerts()));

        // Then
        assertThat(claimed).hasSize(20);
    }

    @Test
    void shouldKeepTheMailUntilTheNotificationRoleTakesIt() throws Exception {
        // Given
        receiver.answers("410 Gone");
        delivery();
        dispatch();
        notificationUnavailable = true;
        alert();
        notificationUnavailable = false;
        database.execute("UPDATE webhook_endpoint SET alert_due_at = now()");

        // When
        alert();

        // Then
        assertThat(mails).extracting(SendEmailRequest::getTo).containsExactly("ops@example.com", "ops@example.com");
        assertThat(mails.get(0)).isEqualTo(mails.get(1));
    }

    @Test
    void shouldDisableAnEndpointThatFailedForLongWhenADeliveryIsUsedUp() throws Exception {
        // Given
        receiver.answers("500 Oops");
        UUID delivery = delivery();
        database.execute("UPDATE webhook_delivery SET step = 9");
        database.execute("UPDATE webhook_endpoint SET failing_since = now() - interval '6 days'");

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("failed 10 1");
        assertThat(database.rows("SELECT status, disabled_reason, alert_due_at IS NOT NULL FROM webhook_endpoint"))
                .containsExactly("disabled failing t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"step = 9, failing = 4 days", "step = 5, failing = 6 days"})
    void shouldKeepAnEndpointThatMayRecover(String given) throws Exception {
        // Given
        receiver.answers("500 Oops");
        delivery();
        database.execute("UPDATE webhook_delivery SET step = " + given.charAt(7));
        database.execute("UPDATE webhook_endpoint SET failing_since = now() - interval '" + given.charAt(20) + " days'");

        // When
        dispatch();

        // Then
        assertThat(database.value("SELECT status FROM webhook_endpoint")).isEqualTo("enabled");
    }

    @Test
    void shouldCountFailuresFromTheLastSuccess() throws Exception {
        // Given
        database.execute("UPDATE webhook_endpoint SET failing_since = now() - interval '6 days'");
        delivery();

        // When
        dispatch();

        // Then
        assertThat(database.value("SELECT failing_since FROM webhook_endpoint")).isEqualTo("null");
    }
}
