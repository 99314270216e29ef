package io.payroute.aggregator;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.health.WatchedDatabases;
import io.payroute.platform.kafka.RoleTopics;
import io.payroute.platform.outbox.Retention;
import io.quarkus.arc.Unremovable;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;

/** What this role declares: its topics, its tables, and for how long it keeps what. */
public class AggregatorBeans {

    @Produces
    @Unremovable
    RoleTopics topics(@ConfigProperty(name = "topic.payments-raw") String raw,
            @ConfigProperty(name = "topic.payments-normalized") String normalized) {
        return new RoleTopics(AggregatorRole.NAME, List.of(raw), List.of(normalized));
    }

    @Produces
    @Singleton
    @Unremovable
    @FlywayDataSource(AggregatorRole.NAME)
    FlywayConfigurationCustomizer tables(WatchedDatabases databases) {
        return databases.watched(AggregatorRole.NAME);
    }

    @Produces
    @Unremovable
    Retention.Rules retention(@ConfigProperty(name = "retention.aggregated-events") Duration events,
            @ConfigProperty(name = "retention.aggregated-payments") Duration payments) {
        return () -> List.of(
                new Retention.Rule(AggregatorRole.NAME, "payment_event", "received_at < now() - make_interval(secs => ?)",
                        events),
                new Retention.Rule(AggregatorRole.NAME, "payment", "processed_at < now() - make_interval(secs => ?)",
                        payments));
    }
}
