package io.payroute.provider;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import io.payroute.payment.event.DueEvent;
import io.payroute.platform.Ids;

import static org.assertj.core.api.Assertions.assertThat;

/** What the packaged provider routes make of events in the providers' documented form. */
abstract class NormalizedEvents {

    static final UUID PAYMENT = UUID.fromString("01890000-0000-7000-8000-000000000001");
    static final UUID REFUND = UUID.fromString("01890000-0000-7000-8000-000000000002");
    static DefaultCamelContext context;

    @BeforeAll
    static void start() throws Exception {
        context = EventRoutes.context(EventRoutes.SECRETS);
        context.start();
    }

    @AfterAll
    static void stop() {
        context.stop();
    }

    static ProviderEvent read(String provider, String event) {
        Exchange exchange = exchange(provider, event);
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(ProviderEvent.class);
    }

    static Exchange exchange(String provider, String event) {
        return context.createProducerTemplate().send("direct:provider-" + provider + "-events",
                exchange -> exchange.getMessage().setBody(new DueEvent(Ids.next(), provider, "event-1",
                        event.getBytes(StandardCharsets.UTF_8), 1, Duration.ZERO)));
    }
}
