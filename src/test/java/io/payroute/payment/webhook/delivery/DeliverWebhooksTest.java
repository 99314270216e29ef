package io.payroute.payment.webhook.delivery;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.platform.access.SecretBox;

import static org.assertj.core.api.Assertions.assertThat;

class DeliverWebhooksTest extends DeliveryRoute {

    @Test
    void shouldSendSignedAsTheReceiverExpects() throws Exception {
        // Given
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        Receiver.Request request = receiver.requests.get(0);
        assertThat(request.line()).isEqualTo("POST /hooks?shop=1 HTTP/1.1");
        assertThat(request.body()).isEqualTo("{\"type\":\"payment.completed\"}");
        assertThat(request.headers()).containsEntry("webhook-id", delivery.toString())
                .containsEntry("Content-Type", "application/json").containsEntry("User-Agent", "Payroute-Webhooks")
                .containsOnlyKeys("webhook-id", "webhook-timestamp", "webhook-signature", "Content-Type", "Content-Length",
                        "User-Agent", "Host", "Connection");
        verify(request, secret);
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
        assertThat(database.rows("SELECT delivery_id, status_code, error, duration_ms >= 0 FROM webhook_attempt"))
                .containsExactly(delivery + " 204 null t");
    }

    @Test
    void shouldSignWithEverySecretWhoseTimeIsNotOver() throws Exception {
        // Given
        WebhookSecret first = WebhookSecret.next();
        WebhookSecret second = WebhookSecret.next();
        old(first, "1 min");
        old(second, "24 h");
        old(WebhookSecret.next(), "-1 s");
        delivery();

        // When
        dispatch();

        // Then
        Receiver.Request request = receiver.requests.get(0);
        assertThat(request.headers().get("webhook-signature").split(" ")).hasSize(3);
        verify(request, secret);
        verify(request, first);
        verify(request, second);
    }

    @Test
    void shouldTryAgainLaterWithTheSameIdAndBytes() throws Exception {
        // Given
        receiver.answers("500 Oops");
        UUID delivery = delivery();
        dispatch();
        String waiting = state(delivery);
        database.execute("UPDATE webhook_delivery SET due_at = now()");
        receiver.answers("200 OK");

        // When
        dispatch();

        // Then
        assertThat(waiting).isEqualTo("pending 1 1");
        assertThat(receiver.requests).hasSize(2).extracting(request -> request.headers().get("webhook-id"))
                .containsOnly("" + delivery);
        assertThat(receiver.requests).extracting(Receiver.Request::body).containsOnly("{\"type\":\"payment.completed\"}");
        assertThat(state(delivery)).isEqualTo("delivered 2 2");
        assertThat(database.rows("SELECT status_code, error FROM webhook_attempt ORDER BY id")).containsExactly("500 refused",
                "200 null");
    }

    @Test
    void shouldCountAsDeliveredWhatItsRouteDeliveredInTheEnd() throws Exception {
        // Given
        firstWayClosed = true;
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(receiver.requests).hasSize(1);
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"})
    void shouldFollowNoRedirect(String status) throws Exception {
        // Given
        try (Receiver other = new Receiver()) {
            receiver.answers(status + "\r\nLocation: " + other.url());
            UUID delivery = delivery();

            // When
            dispatch();

            // Then
            assertThat(state(delivery)).isEqualTo("pending 1 1");
            assertThat(error()).isEqualTo("redirect");
            assertThat(other.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-2, 2})
    void shouldTellTheTimeByTheClockOfTheDatabase(long minutesAhead) throws Exception {
        // Given
        database.clockAhead(Duration.ofMinutes(minutesAhead));
        receiver.answers("500 Down");
        delivery();

        // When
        dispatch();

        // Then
        assertThat(database.rows("SELECT due_at BETWEEN last_attempt_at + interval '4 s' AND now() + interval '6 s', "
                + "last_attempt_at BETWEEN now() - interval '30 s' AND now() FROM webhook_delivery")).containsExactly("t t");
    }

    @Test
    void shouldWaitAsLongAsTheReceiverRequests() throws Exception {
        // Given
        receiver.answers("503 Busy\r\nRetry-After: 3600");
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(database.value("SELECT due_at BETWEEN now() + interval '59 min' AND now() + interval '61 min' "
                + "FROM webhook_delivery WHERE id = ?", delivery)).isEqualTo("t");
    }

    @Test
    void shouldTryAgainWhenTheReceiverSpeaksNoHttp() throws Exception {
        // Given
        receiver.does((request, out) -> Receiver.write(out, "220 mail.example.com ESMTP\r\n"));
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isIn("no_http", "connection_lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::1]:8080/",
            "http://[fc00::1]/",
            "http://[64:ff9b::7f00:1]/", "http://elsewhere.test/", "http://0.0.0.0/"})
    void shouldConnectToNoAddressThatIsNotAllowedWhateverIsStored(String url) throws Exception {
        // Given
        database.execute("UPDATE webhook_endpoint SET url = ?", url);
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isEqualTo("address_refused");
    }

    @Test
    void shouldSendNothingWhenTheSecretCannotBeRead() throws Exception {
        // Given
        database.execute("UPDATE webhook_endpoint SET secret = ?",
                secret.seal(new SecretBox("webhook.secrets-key", "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", false),
                        endpoint));
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isEqualTo("secret_unreadable");
        assertThat(receiver.requests).isEmpty();
    }
}
