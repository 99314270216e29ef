package io.payroute.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

import io.payroute.runtime.Roles;

/**
 * Ready means that payments flow: every route runs, the broker answers, and no outbox holds events that are older than
 * {@code health.outbox.max-age}. The databases have checks of their own.
 */
@Readiness
@ApplicationScoped
class PipelineHealth implements HealthCheck {

    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final CamelContext camel;
    private final Roles roles;
    private final QueueSamples samples;
    private final String brokers;
    private final Duration maxOutboxAge;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile Admin admin;
    private volatile boolean brokerUp;
    private volatile long brokerAskedAt = System.nanoTime() - 2 * KEEP_NANOS;

    PipelineHealth(CamelContext camel, Roles roles, QueueSamples samples,
            @ConfigProperty(name = "kafka.bootstrap-servers") String brokers,
            @ConfigProperty(name = "health.outbox.max-age") Duration maxOutboxAge) {
        this.camel = camel;
        this.roles = roles;
        this.samples = samples;
        this.brokers = brokers;
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
        boolean broker = brokerUp();
        response.withData("broker", broker ? "up" : "down");
        for (String role : roles.active()) {
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

    /** One asks, which may take two seconds; the others are told what was known before. */
    private boolean brokerUp() {
        if (System.nanoTime() - brokerAskedAt > KEEP_NANOS && asking.tryLock()) {
            try {
                brokerUp = askBroker();
            } finally {
                brokerAskedAt = System.nanoTime();
                asking.unlock();
            }
        }
        return brokerUp;
    }

    private boolean askBroker() {
        try {
            if (admin == null) {
                admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2000, AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        1500));
            }
            admin.describeCluster().clusterId().get(2, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            return false;
        }
    }

    @PreDestroy
    void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
