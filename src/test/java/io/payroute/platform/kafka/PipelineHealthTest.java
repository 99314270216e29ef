package io.payroute.platform.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.TestRoles;
import io.payroute.platform.health.TestWatch;
import io.payroute.platform.work.QueueSamples;
import io.payroute.platform.work.TestWork;
import io.payroute.testing.Beans;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

import static org.assertj.core.api.Assertions.assertThat;

class PipelineHealthTest {

    private static final QueueSamples.Sample FRESH = new QueueSamples.Sample(3, 1);

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private Map<String, Integer> failing = Map.of();
    private boolean broker = true;
    private QueueSamples.Sample outbox = FRESH;

    @BeforeEach
    void start() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:one").routeId("payment-one").log("one");
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void shouldBeReadyWhenPaymentsFlow() {
        // When
        HealthCheckResponse health = health(List.of());

        // Then
        assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        assertThat(health.getData()).hasValueSatisfying(
                data -> assertThat(data).containsEntry("broker", "up").containsEntry("payment-outbox-age-seconds", 1L));
    }

    @Test
    void shouldNotBeReadyBeforeTheOutboxWasMeasured() {
        // Given
        outbox = null;

        // When
        HealthCheckResponse health = health(List.of());

        // Then
        assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
    }

    @Test
    void shouldNotBeReadyWhileTheOutboxHoldsOldEvents() {
        // Given
        outbox = new QueueSamples.Sample(1, 61);

        // When
        HealthCheckResponse health = health(List.of());

        // Then
        assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        assertThat(health.getData())
                .hasValueSatisfying(data -> assertThat(data).containsEntry("payment-outbox-age-seconds", 61L));
    }

    @Test
    void shouldNameTheRouteThatIsStopped() throws Exception {
        // Given
        camel.getRouteController().stopRoute("payment-one");

        // When
        HealthCheckResponse health = health(List.of());

        // Then
        assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        assertThat(health.getData())
                .hasValueSatisfying(data -> assertThat(data).containsEntry("stopped-routes", "payment-one"));
    }

    @Test
    void shouldNotBeReadyWithoutTheBroker() {
        // Given
        broker = false;

        // When
        HealthCheckResponse health = health(List.of());

        // Then
        assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
    }

    @Test
    void shouldNotBeReadyWhileABatchFailsAgainAndAgain() {
        // Given
        failing = Map.of("payment-record", 4);

        // When
        HealthCheckResponse health = health(List.of());

        // Then
        assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        assertThat(health.getData())
                .hasValueSatisfying(data -> assertThat(data).containsEntry("failing-batches", "{payment-record=4}"));
    }

    @Test
    void shouldStayReadyWhileABatchFailsThatIsTolerated() {
        // Given
        failing = Map.of("payment-record", 4);

        // When
        HealthCheckResponse health = health(List.of("payment-record"));

        // Then
        assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }

    private HealthCheckResponse health(List<String> tolerated) {
        FailingBatches batches = new FailingBatches(new SimpleMeterRegistry()) {
            @Override
            Map<String, Integer> repeatedly() {
                return failing;
            }
        };
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withDefaultValue("payment.health.tolerated-routes", String.join(",", tolerated)).build();
        KafkaTopics topics = new KafkaTopics(TestRoles.payment(), Beans.of(), false, 1, (short) 1, Duration.ofDays(7));
        return new PipelineHealth(camel, TestRoles.payment(), TestWork.samples(outbox), TestWatch.of(broker), topics, batches,
                config, Duration.ofMinutes(1)).call();
    }
}
