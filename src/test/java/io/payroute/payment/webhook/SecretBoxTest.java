package io.payroute.payment.webhook;

import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SecretBoxTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String OTHER_KEY = "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private final UUID endpoint = UUID.randomUUID();
    private final WebhookSecret secret = WebhookSecret.next();

    @Test
    void shouldStoreNothingOfASecretInTheClear() {
        // Given
        SecretBox box = new SecretBox(KEY, false);

        // When
        byte[] sealed = box.seal(endpoint, secret);

        // Then
        assertThat(box.open(endpoint, sealed).text()).isEqualTo(secret.text());
        assertThat(hex(sealed)).doesNotContain(hex(secret.key()));
        assertThat(box.seal(endpoint, secret)).isNotEqualTo(sealed);
    }

    @Test
    void shouldOpenWhatAnEarlierKeySealed() {
        // Given
        byte[] sealed = new SecretBox(OTHER_KEY, false).seal(endpoint, secret);

        // When
        WebhookSecret opened = new SecretBox(KEY + ", " + OTHER_KEY, false).open(endpoint, sealed);

        // Then
        assertThat(opened.text()).isEqualTo(secret.text());
    }

    @Test
    void shouldOpenNothingThatAnotherKeySealedOrThatWasMovedOrChanged() {
        // Given
        SecretBox box = new SecretBox(KEY, false);
        byte[] sealed = box.seal(endpoint, secret);
        byte[] changed = sealed.clone();
        changed[changed.length - 1] ^= 1;

        // When
        assertThatThrownBy(() -> new SecretBox(OTHER_KEY, false).open(endpoint, sealed))

                // Then
                .isInstanceOf(SecretBox.UnreadableSecretException.class).hasMessageContaining("webhook.secrets-key");
        assertThatThrownBy(() -> box.open(UUID.randomUUID(), sealed)).isInstanceOf(SecretBox.UnreadableSecretException.class);
        assertThatThrownBy(() -> box.open(endpoint, changed)).isInstanceOf(SecretBox.UnreadableSecretException.class);
    }

    @Test
    void shouldStoreSecretsUnsealedWhereThatIsAllowedAndReadThemLaterWithAKey() {
        // Given
        byte[] stored = new SecretBox("", true).seal(endpoint, secret);

        // When
        WebhookSecret opened = new SecretBox(KEY, false).open(endpoint, stored);

        // Then
        assertThat(opened.text()).isEqualTo(secret.text());
    }

    @Test
    void shouldTakeNoSecretWithoutAKey() {
        // When
        assertThatThrownBy(() -> new SecretBox(" ", false).seal(endpoint, secret))

                // Then
                .isInstanceOf(Refusal.class).hasMessageContaining("webhook.secrets-key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "AAECAwQFBgcICQoLDA0ODw==", KEY + "," + "not base64", "*"})
    void shouldStopTheStartByABadKeyWithoutRepeatingIt(String configured) {
        // When
        assertThatThrownBy(() -> new SecretBox(configured, true))

                // Then
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("webhook.secrets-key")
                .hasMessageContaining("openssl rand -base64 32").hasMessageNotContaining(KEY);
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }
}
