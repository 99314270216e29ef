package io.payroute.platform.config;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.quarkus.main.events.BeforeStart;

/**
 * Has a start wait for the embedded servers where it needs them and no earlier: for PostgreSQL before the first migration
 * (WatchedDatabases), for all of them before the first route.
 */
@ApplicationScoped
class EmbeddedServersWait {

    void beforeRoutes(@Observes @Priority(1) BeforeStart starting) {
        EmbeddedServersProcess.await(EmbeddedServersProcess.SERVERS);
    }
}
