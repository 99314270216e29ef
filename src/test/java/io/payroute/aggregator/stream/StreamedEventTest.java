package io.payroute.aggregator.stream;

import org.junit.jupiter.api.Test;

import io.payroute.proto.payment.Payment;

import static org.assertj.core.api.Assertions.assertThat;

class StreamedEventTest {

    @Test
    void shouldMakeItsJsonOnceForAllWhoWatch() {
        // Given
        StreamedEvent event = StreamedEvent.fresh(7, "stripe", "pending", "payments.raw.stripe",
                Payment.newBuilder().setId("pi_1").setProviderName("stripe").build());

        // When
        String first = event.json();

        // Then
        assertThat(first).contains("\"id\":\"pi_1\"");
        assertThat(event.json()).isSameAs(first);
    }
}
