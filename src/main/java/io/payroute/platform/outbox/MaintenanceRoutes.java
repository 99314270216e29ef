package io.payroute.platform.outbox;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;

import io.payroute.platform.Roles;
import io.payroute.platform.work.QueueSamples;

/** Two timer routes for each role that is on and keeps something: one measures its queues, one removes old rows. */
@ApplicationScoped
public class MaintenanceRoutes extends RouteBuilder {

    private final Roles roles;
    private final QueueSamples samples;
    private final Retention retention;

    MaintenanceRoutes(Roles roles, QueueSamples samples, Retention retention) {
        this.roles = roles;
        this.samples = samples;
        this.retention = retention;
    }

    @Override
    public void configure() {
        for (String role : roles.withDatabase()) {
            from("timer:" + role + "-queue-samples?delay=0&period={{metrics.queue-interval}}&includeMetadata=false")
                    .routeId(role + "-queue-samples").routeGroup(role).routeConfigurationId("work")
                    .routeDescription("Measures depth and age of the queues of role " + role + ".")
                    .process(exchange -> samples.sample(role)).id(role + "-sample");
            from("timer:" + role + "-retention?delay={{retention.interval}}&period={{retention.interval}}"
                    + "&includeMetadata=false").routeId(role + "-retention").routeGroup(role).routeConfigurationId("work")
                    .routeDescription("Removes old rows of role " + role + ": inbox, idempotency keys, replayed dead letters.")
                    .process(exchange -> retention.remove(role)).id(role + "-remove-old");
        }
    }
}
