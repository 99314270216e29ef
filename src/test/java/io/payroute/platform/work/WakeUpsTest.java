package io.payroute.platform.work;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatCode;

class WakeUpsTest {

    @Test
    void shouldRemoveAListenerThatWasNeverAdded() {
        // Given
        Runnable listener = () -> {
        };

        // When // Then
        assertThatCode(() -> WakeUps.remove("a queue without listeners", listener)).doesNotThrowAnyException();
    }
}
