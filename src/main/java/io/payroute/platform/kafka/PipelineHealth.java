package io.payroute.platform.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

import io.payroute.platform.Roles;
import io.payroute.platform.health.ServerWatch;
import io.payroute.platform.work.QueueSamples;

/**
 * Ready means that work flows: every route runs, no batch of events fails again and again, the broker answers, its topics are
 * there, and no outbox holds events that are older than {@code health.outbox.max-age}. The databases have checks of their own.
 */
@Readiness
@ApplicationScoped
class PipelineHealth implements HealthCheck {

    private final CamelContext camel;
    private final Roles roles;
    private final QueueSamples samples;
    private final ServerWatch servers;
    private final KafkaTopics topics;
    private final FailingBatches failing;
    private final List<String> tolerated;
    private final Duration maxOutboxAge;

    PipelineHealth(CamelContext camel, Roles roles, QueueSamples samples, ServerWatch servers, KafkaTopics topics,
            FailingBatches failing, Config config, @ConfigProperty(name = "health.outbox.max-age") Duration maxOutboxAge) {
        this.camel = camel;
        this.roles = roles;
        this.samples = samples;
        this.servers = servers;
        this.topics = topics;
        this.failing = failing;
        this.tolerated = roles.active().stream()
                .flatMap(role -> config.getOptionalValues(role + ".health.tolerated-routes", String.class).stream())
                .flatMap(List::stream).toList();
        this.maxOutboxAge = maxOutboxAge;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("pipeline");
        List<String> stopped = camel.getRoutes().stream().map(Route::getRouteId)
                .filter(id -> camel.getRouteController().getRouteStatus(id) != ServiceStatus.Started).sorted().toList();
        boolean up = camel.getStatus() == ServiceStatus.Started && stopped.isEmpty();
        if (!stopped.isEmpty()) {
            response.withData("stopped-routes", String.join(" ", stopped));
        }
        Map<String, Integer> batches = failing.repeatedly();
        if (!batches.isEmpty()) {
            response.withData("failing-batches", batches.toString());
            up &= tolerated.containsAll(batches.keySet());
        }
        boolean broker = servers.isUp(WatchedKafka.NAME);
        response.withData("broker", broker ? "up" : "down");
        if (!topics.missing().isEmpty()) {
            response.withData("missing-topics", String.join(" ", topics.missing()));
            up &= topics.canRead();
        }
        for (String role : roles.withDatabase()) {
            QueueSamples.Sample outbox = samples.of(role, QueueSamples.OUTBOX);
            if (outbox == null) {
                up = false;
            } else {
                response.withData(role + "-outbox-age-seconds", Math.round(outbox.ageSeconds()));
                up &= outbox.ageSeconds() <= maxOutboxAge.toSeconds();
            }
        }
        return response.status(up && broker).build();
    }
}
