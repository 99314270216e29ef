package io.payroute.payment.webhook;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.SecretBox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WebhookSecretTest {

    private static final String PING = "{\"event_type\":\"ping\",\"data\":{\"success\":true}}";

    /** The published examples: the scheme's documentation, and the test of its reference libraries. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
            "plJ3nmyCDGBKInavdOK15jsl|msg_loFOjxBNrRLzqYUf|1731705121|" + PING
                    + "|v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw|msg_p5jXN8AQM9LWM0D4loKWxJek|1614265330|{\"test\": 2432232314}"
                    + "|v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="})
    void shouldSignThePublishedExamples(String key, String id, long timestamp, String payload, String signature) {
        // When
        String signed = new WebhookSecret(Base64.getDecoder().decode(key)).sign(id, timestamp, payload);

        // Then
        assertThat(signed).isEqualTo(signature);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
            "plJ3nmyCDGBKInavdOK15jsm|msg_loFOjxBNrRLzqYUf|1731705121|" + PING,
            "plJ3nmyCDGBKInavdOK15jsl|msg_loFOjxBNrRLzqYUg|1731705121|" + PING,
            "plJ3nmyCDGBKInavdOK15jsl|msg_loFOjxBNrRLzqYUf|1731705122|" + PING,
            "plJ3nmyCDGBKInavdOK15jsl|msg_loFOjxBNrRLzqYUf|1731705121|{\"event_type\":\"ping\",\"data\":{\"success\":false}}"})
    void shouldSignEveryPartOfAMessage(String key, String id, long timestamp, String payload) {
        // When
        String signed = new WebhookSecret(Base64.getDecoder().decode(key)).sign(id, timestamp, payload);

        // Then
        assertThat(signed).isNotEqualTo("v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
    }

    @Test
    void shouldBeVerifiedByAReceiverWithTheTextThatItWasGiven() throws Exception {
        // Given
        WebhookSecret secret = WebhookSecret.next();
        long now = Instant.now().getEpochSecond();

        // When
        Map<String, List<String>> headers = Map.of("webhook-id", List.of("1"), "webhook-timestamp", List.of("" + now),
                "webhook-signature", List.of(WebhookSecret.next().sign("1", now, PING) + " " + secret.sign("1", now, PING)));

        // Then
        new Webhook(secret.text()).verify(PING, headers);
        assertThatThrownBy(() -> new Webhook(secret.text()).verify(PING + " ", headers))
                .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> new Webhook(WebhookSecret.next().text()).verify(PING, headers))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void shouldTakeNoSecretWithoutAKeyToSealIt() {
        // Given
        SecretBox box = new SecretBox("webhook.secrets-key", "", false);

        // When
        assertThatThrownBy(() -> WebhookSecret.next().seal(box, UUID.randomUUID()))

                // Then
                .isInstanceOf(Refusal.class).hasMessageContaining("webhook.secrets-key");
    }

    @Test
    void shouldBeLongRandomAndShyOfLogs() {
        // When
        WebhookSecret secret = WebhookSecret.next();

        // Then
        assertThat(secret.text()).startsWith("whsec_").isNotEqualTo(WebhookSecret.next().text());
        assertThat(Base64.getDecoder().decode(secret.text().substring("whsec_".length()))).hasSize(32);
        assertThat(secret).hasToString("whsec_***");
    }
}
