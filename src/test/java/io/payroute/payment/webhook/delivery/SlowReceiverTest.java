package io.payroute.payment.webhook.delivery;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SlowReceiverTest extends DeliveryRoute {

    @Test
    void shouldNotWaitForAReceiverThatHangs() throws Exception {
        // Given
        receiver.hangs();
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isEqualTo("timeout");
        assertThat(took()).isBetween(TIMEOUT, TIMEOUT.plusSeconds(2));
    }

    @Test
    void shouldNotWaitForAReceiverThatDrips() throws Exception {
        // Given
        receiver.does((request, out) -> {
            Receiver.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            drip(out);
        });
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isEqualTo("timeout");
        assertThat(took()).isBetween(TIMEOUT, TIMEOUT.plusSeconds(2));
    }

    @Test
    void shouldNotWaitForHeadersThatDrip() throws Exception {
        // Given
        receiver.does((request, out) -> {
            Receiver.write(out, "HTTP/1.1 200 OK\r\nX-Slow: ");
            drip(out);
        });
        delivery();

        // When
        dispatch();

        // Then
        assertThat(error()).isEqualTo("timeout");
        assertThat(took()).isBetween(TIMEOUT, TIMEOUT.plusSeconds(2));
    }

    @Test
    void shouldCutOffAnAnswerWithoutEnd() throws Exception {
        // Given
        receiver.does((request, out) -> {
            Receiver.write(out, "HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                out.write(new byte[64 * 1024]);
            }
        });
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
        assertThat(took()).isLessThan(TIMEOUT);
    }

    @Test
    void shouldCutOffHeadersWithoutEnd() throws Exception {
        // Given
        receiver.does((request, out) -> {
            Receiver.write(out, "HTTP/1.1 200 OK\r\n");
            while (true) {
                Receiver.write(out, "X-More: more\r\n");
            }
        });
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isNotEqualTo("internal").isNotEqualTo("timeout");
    }
}
