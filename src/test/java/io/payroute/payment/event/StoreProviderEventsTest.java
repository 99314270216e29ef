package io.payroute.payment.event;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StoreProviderEventsTest {

    @Test
    void shouldKeepNoSecretThatConfirmsAPayment() {
        // Given
        byte[] event = "{\"data\":{\"object\":{\"id\":\"pi_1\",\"client_secret\" : \"pi_1_secret_x\",\"description\":\"Gr\u00fc\u00dfe\"}}}"
                .getBytes(StandardCharsets.UTF_8);

        // When
        byte[] kept = StoreProviderEvents.withoutSecrets(event);

        // Then
        assertThat(new String(kept, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"data\":{\"object\":{\"id\":\"pi_1\",\"client_secret\" : \"\",\"description\":\"Gr\u00fc\u00dfe\"}}}");
    }

    @Test
    void shouldKeepEverythingElseAsItCame() {
        // Given
        byte[] event = {'{', (byte) 0xff, '}'};

        // When
        byte[] kept = StoreProviderEvents.withoutSecrets(event);

        // Then
        assertThat(kept).isSameAs(event);
    }
}
