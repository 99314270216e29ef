package io.payroute.platform.route;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderAllowListTest {

    private static final Map<String, Object> SENT = Map.of("CamelHttpPath", "/pay", "idempotency-key", "k", "id", "7",
            "kafka.OVERRIDE_TOPIC", "stolen", "CamelHttpUri", "http://evil.test", "Identity", "x", "aid", "y");

    /** The last one is no list of names and is left to Camel. */
    @ParameterizedTest
    @ValueSource(strings = {"CamelHttpPath|Idempotency-Key|id", "CamelHttpPath", "id", "Camel.*|id"})
    void shouldKeepWhatCamelItselfWouldKeep(String excluded) throws Exception {
        // Given
        Map<String, Object> expected = strip(excluded, false);

        // When
        Map<String, Object> kept = strip(excluded, true);

        // Then
        assertThat(kept).isEqualTo(expected);
    }

    @Test
    void shouldKeepNothingElse() throws Exception {
        // When
        Map<String, Object> kept = strip("CamelHttpPath|Idempotency-Key|id", true);

        // Then
        assertThat(kept.keySet()).containsExactlyInAnyOrderElementsOf(List.of("CamelHttpPath", "idempotency-key", "id"));
    }

    private static Map<String, Object> strip(String excluded, boolean withAllowList) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            if (withAllowList) {
                context.getCamelContextExtension().addInterceptStrategy(new HeaderAllowList());
            }
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").removeHeaders("*", excluded);
                }
            });
            context.start();
            Exchange out = context.createProducerTemplate().request("direct:in",
                    exchange -> exchange.getMessage().setHeaders(new HashMap<>(SENT)));
            assertThat(out.getException()).isNull();
            return new HashMap<>(out.getMessage().getHeaders());
        }
    }
}
