package io.payroute.platform.kafka;

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
import io.payroute.platform.work.Backoff;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FailingBatchesTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final FailingBatches failing = new FailingBatches(meters,
            new Backoff(Duration.ofMillis(40), Duration.ofSeconds(10), () -> 1));
    private final List<Long> tries = new ArrayList<>();
    private boolean broken = true;

    @BeforeEach
    void start() throws Exception {
        context.addRoutes(route("direct:in", failing));
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
        assertThat(pause(1)).isGreaterThanOrEqualTo(40);
        assertThat(pause(2)).isGreaterThanOrEqualTo(80);
        assertThat(pause(3)).isGreaterThanOrEqualTo(160);
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
    }

    @Test
    void shouldNotHoldUpAStop() throws Exception {
        // Given
        Duration pause = Duration.ofMinutes(10);
        FailingBatches patient = new FailingBatches(meters, new Backoff(pause, pause, () -> 1));
        context.addRoutes(route("direct:patient", patient));
        consume("direct:patient", 1);
        Thread consumer = new Thread(() -> consume("direct:patient", 1));
        consumer.start();
        await().untilAsserted(() -> assertThat(consumer.getState()).isEqualTo(Thread.State.TIMED_WAITING));

        // When
        context.stop();

        // Then
        await().untilAsserted(() -> assertThat(consumer.isAlive()).isFalse());
    }

    private RouteBuilder route(String from, FailingBatches failing) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId(from.replace("direct:", "payment-")).errorHandler(noErrorHandler()).setBody()
                        .method(new KafkaBatch((batch, letters) -> {
                        }, failing), "records").process(exchange -> work());
            }
        };
    }

    private void work() {
        tries.add(System.nanoTime());
        if (broken) {
            throw new IllegalStateException("broken");
        }
    }

    private void consume(int batches) {
        consume("direct:in", batches);
    }

    private void consume(String route, int batches) {
        for (int i = 0; i < batches; i++) {
            Exchange batch = context.createFluentProducerTemplate().to(route).withBody(List.of()).send();
            assertThat(batch.getException() != null).isEqualTo(broken);
        }
    }

    private long pause(int before) {
        return TimeUnit.NANOSECONDS.toMillis(tries.get(before) - tries.get(before - 1));
    }
}
