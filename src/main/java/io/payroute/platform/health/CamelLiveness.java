package io.payroute.platform.health;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.CamelContext;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive unless Camel has stopped for good: only a restart helps then. A server that is unavailable is a matter of readiness. */
@Liveness
@ApplicationScoped
class CamelLiveness implements HealthCheck {

    private final CamelContext camel;

    CamelLiveness(CamelContext camel) {
        this.camel = camel;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("camel").status(!camel.getStatus().isStopped() && !camel.isStopping()).build();
    }
}
