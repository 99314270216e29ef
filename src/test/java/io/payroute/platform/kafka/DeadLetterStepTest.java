package io.payroute.platform.kafka;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeadLetterStepTest {

    @Test
    void shouldNameTheRouteAndNotItsStandIn() {
        // Given
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setProperty(Exchange.FAILURE_ROUTE_ID, "reload-payment-decode");
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new IllegalStateException("no"));

        // When
        new DeadLetterStep().store(exchange);

        // Then
        assertThat(exchange.getMessage().getBody(KafkaRecord.Refusal.class).routeId()).isEqualTo("payment-decode");
    }
}
