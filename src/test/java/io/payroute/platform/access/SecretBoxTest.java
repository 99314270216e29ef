package io.payroute.platform.access;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SecretBoxTest {

    private static final String PROPERTY = "shop.secrets-key";
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String OTHER_KEY = "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private final UUID endpoint = UUID.randomUUID();
    private final byte[] secret = "a secret of somebody else".getBytes(StandardCharsets.UTF_8);

    @Test
    void shouldStoreNothingOfASecretInTheClear() {
        // Given
        SecretBox box = new SecretBox(PROPERTY, KEY, false);

        // When
        byte[] sealed = box.seal(endpoint, secret);

        // Then
        assertThat(box.open(endpoint, sealed)).isEqualTo(secret);
        assertThat(hex(sealed)).doesNotContain(hex(secret));
        assertThat(box.seal(endpoint, secret)).isNotEqualTo(sealed);
    }

    @Test
    void shouldOpenWhatAnEarlierKeySealed() {
        // Given
        byte[] sealed = new SecretBox(PROPERTY, OTHER_KEY, false).seal(endpoint, secret);

        // When
        byte[] opened = new SecretBox(PROPERTY, KEY + ", " + OTHER_KEY, false).open(endpoint, sealed);

        // Then
        assertThat(opened).isEqualTo(secret);
    }

    @Test
    void shouldOpenNothingThatAnotherKeySealedOrThatWasMovedOrChanged() {
        // Given
        SecretBox box = new SecretBox(PROPERTY, KEY, false);
        byte[] sealed = box.seal(endpoint, secret);
        byte[] changed = sealed.clone();
        changed[changed.length - 1] ^= 1;

        // When
        assertThatThrownBy(() -> new SecretBox(PROPERTY, OTHER_KEY, false).open(endpoint, sealed))

                // Then
                .isInstanceOf(SecretBox.UnreadableSecretException.class).hasMessageContaining(PROPERTY);
        assertThatThrownBy(() -> box.open(UUID.randomUUID(), sealed)).isInstanceOf(SecretBox.UnreadableSecretException.class);
        assertThatThrownBy(() -> box.open(endpoint, changed)).isInstanceOf(SecretBox.UnreadableSecretException.class);
    }

    @Test
    void shouldStoreSecretsUnsealedWhereThatIsAllowedAndReadThemLaterWithAKey() {
        // Given
        byte[] stored = new SecretBox(PROPERTY, "", true).seal(endpoint, secret);

        // When
        byte[] opened = new SecretBox(PROPERTY, KEY, false).open(endpoint, stored);

        // Then
        assertThat(opened).isEqualTo(secret);
    }

    @Test
    void shouldTakeNoSecretWithoutAKey() {
        // When
        assertThatThrownBy(() -> new SecretBox(PROPERTY, " ", false).seal(endpoint, secret))

                // Then
                .isInstanceOf(IllegalStateException.class).hasMessageContaining(PROPERTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "AAECAwQFBgcICQoLDA0ODw==", KEY + "," + "not base64", "*"})
    void shouldStopTheStartByABadKeyWithoutRepeatingIt(String configured) {
        // When
        assertThatThrownBy(() -> new SecretBox(PROPERTY, configured, true))

                // Then
                .isInstanceOf(IllegalStateException.class).hasMessageContaining(PROPERTY)
                .hasMessageContaining("SHOP_SECRETS_KEY=$(openssl rand -base64 32)").hasMessageNotContaining(KEY);
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }
}
