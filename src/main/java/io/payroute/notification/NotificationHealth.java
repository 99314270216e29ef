package io.payroute.notification;

import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

import io.payroute.notification.ChannelState.Trouble;
import io.payroute.platform.health.HealthHandler;
import io.payroute.platform.page.CheckAdvice;
import io.quarkus.arc.Unremovable;
import io.vertx.core.json.JsonObject;

/**
 * Tells that messages do not go out, and why. It never makes the process unready: payments go on without a mail server, and a
 * restart cures none.
 */
@Readiness
@ApplicationScoped
class NotificationHealth implements HealthCheck, HealthHandler.Part {

    private static final String NAME = "notifications";

    private final ChannelStates states;

    NotificationHealth(ChannelStates states) {
        this.states = states;
    }

    @Produces
    @Unremovable
    CheckAdvice advice() {
        return new CheckAdvice(NAME, "Payments go on. The messages wait and leave by themselves when the cause is gone: "
                + "docs/operations.md, \"The mail server refuses us\".",
                CheckAdvice.link("Messages that wait", "/ops/notifications?status=queued"));
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(NAME).up();
        states.all().forEach((kind, state) -> {
            Trouble trouble = state.trouble();
            response.withData(kind, trouble == null ? "ok" : trouble.cause() + ", since " + trouble.since());
            if (trouble != null) {
                response.withData(HealthHandler.DEGRADED, true);
            }
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
        HealthHandler.degrade(health, NAME, troubles);
    }
}
