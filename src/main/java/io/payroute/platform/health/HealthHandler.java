package io.payroute.platform.health;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.http.JsonAnswer;
import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.vertx.core.json.JsonObject;

/**
 * Answers {@code GET /health} in the shape of the first system: {@code healthy} only while every readiness check is up, else
 * {@code unhealthy} and 503. Whoever is not known as an operator gets the status alone.
 */
@ApplicationScoped
@Named("healthHandler")
public class HealthHandler {

    /** What a role adds to the answer. */
    public interface Part {
        void addTo(JsonObject health);
    }

    /** What a check that is up has in its data, as {@code true}, while a part does not work that no restart cures. */
    public static final String DEGRADED = "degraded";
    private static final String SCOPES = "X-Payroute-Scopes";
    private static final String OPERATE = "operate";

    private final SmallRyeHealthReporter reporter;
    private final Instance<Part> parts;

    /** Of any qualifier: a readiness check is one. */
    HealthHandler(SmallRyeHealthReporter reporter, @Any Instance<Part> parts) {
        this.reporter = reporter;
        this.parts = parts;
    }

    /** Adds what does not work, if anything: a process that is healthy otherwise is {@value #DEGRADED}. */
    public static void degrade(JsonObject health, String part, JsonObject troubles) {
        if (!troubles.isEmpty()) {
            health.put(part, troubles);
            if ("healthy".equals(health.getString("status"))) {
                health.put("status", DEGRADED);
            }
        }
    }

    public void get(Exchange exchange) {
        SmallRyeHealth ready = reporter.getReadiness();
        Runtime runtime = Runtime.getRuntime();
        JsonObject health = new JsonObject().put("status", ready.isDown() ? "unhealthy" : "healthy")
                .put("timestamp", Instant.now().toString())
                .put("uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000)
                .put("system", new JsonObject().put("threads", ManagementFactory.getThreadMXBean().getThreadCount())
                        .put("memory_mb", (runtime.totalMemory() - runtime.freeMemory()) >> 20)
                        .put("num_cpu", runtime.availableProcessors()));
        parts.forEach(part -> part.addTo(health));
        Message message = exchange.getMessage();
        if (!OPERATE.equals(message.getHeader(SCOPES))) {
            health.fieldNames().retainAll(Set.of("status", "timestamp"));
        }
        JsonAnswer.set(message, ready.isDown() ? 503 : 200, health);
    }
}
