package io.payroute.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

class FailingBatchesTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final FailingBatches failing = new FailingBatches(meters,
            new Backoff(Duration.ofMillis(40), Duration.ofSeconds(10), () -> 1));
    private final List<Long> tries = new ArrayList<>();
    private boolean broken = true;

    @BeforeEach
    void start() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:batch").routeId("payment-in").errorHandler(noErrorHandler()).setBody()
                        .method(new KafkaBatch((batch, letters) -> {
                        }, failing), "records").process(exchange -> work());
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldPauseLongerAfterEachFailure() {
        // When
        consume(4);

        // Then
        assertThat(pause(1)).isBetween(40L, 400L);
        assertThat(pause(2)).isBetween(80L, 800L);
        assertThat(pause(3)).isBetween(160L, 1_600L);
    }

    @Test
    void shouldNameARouteWhoseBatchesFailRepeatedly() {
        // Given
        consume(2);
        assertThat(failing.repeatedly()).isEmpty();

        // When
        consume(1);

        // Then
        assertThat(failing.repeatedly()).containsExactly(entry("payment-in", 3));
        assertThat(meters.counter("payroute.kafka.batch.failures", "route", "payment-in").count()).isEqualTo(3);
    }

    @Test
    void shouldForgetItAtTheFirstBatchThatSucceeds() {
        // Given
        consume(3);
        broken = false;

        // When
        consume(2);

        // Then
        assertThat(failing.repeatedly()).isEmpty();
        assertThat(pause(4)).isLessThan(40);
    }

    @Test
    void shouldNotHoldUpAStop() throws Exception {
        // Given
        consume(5);
        Thread consumer = new Thread(() -> consume(1));
        consumer.start();
        long before = System.nanoTime();

        // When
        context.stop();

        // Then
        consumer.join(2_000);
        assertThat(consumer.isAlive()).isFalse();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before)).isLessThan(2_000);
    }

    private void work() {
        tries.add(System.nanoTime());
        if (broken) {
            throw new IllegalStateException("broken");
        }
    }

    private void consume(int batches) {
        for (int i = 0; i < batches; i++) {
            Exchange batch = context.createFluentProducerTemplate().to("direct:batch").withBody(List.of()).send();
            assertThat(batch.getException() != null).isEqualTo(broken);
        }
    }

    private long pause(int before) {
        return TimeUnit.NANOSECONDS.toMillis(tries.get(before) - tries.get(before - 1));
    }
}
