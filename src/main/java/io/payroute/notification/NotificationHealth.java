package io.payroute.notification;

import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

import io.payroute.notification.ChannelState.Trouble;
import io.payroute.platform.health.HealthHandler;
import io.vertx.core.json.JsonObject;

/**
 * Tells that messages do not go out, and why. It never makes the process unready: payments go on without a mail server, and a
 * restart cures none.
 */
@Readiness
@ApplicationScoped
class NotificationHealth implements HealthCheck, HealthHandler.Part {

    private final ChannelStates states;

    NotificationHealth(ChannelStates states) {
        this.states = states;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("notifications").up();
        states.all().forEach((kind, state) -> {
            Trouble trouble = state.trouble();
            response.withData(kind, trouble == null ? "ok" : trouble.cause() + ", since " + trouble.since());
        });
        return response.build();
    }

    @Override
    public void addTo(JsonObject health) {
        JsonObject troubles = new JsonObject();
        for (Map.Entry<String, ChannelState> one : states.all().entrySet()) {
            Trouble trouble = one.getValue().trouble();
            if (trouble != null) {
                troubles.put(one.getKey(), new JsonObject().put("cause", trouble.cause())
                        .put("since", trouble.since().toString()).put("failures", trouble.failures()));
            }
        }
        if (!troubles.isEmpty()) {
            health.put("notifications", troubles);
            if ("healthy".equals(health.getString("status"))) {
                health.put("status", "degraded");
            }
        }
    }
}
