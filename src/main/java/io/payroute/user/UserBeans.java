package io.payroute.user;

import java.util.List;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.health.WatchedDatabases;
import io.payroute.platform.kafka.RoleTopics;
import io.quarkus.arc.Unremovable;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;

/** What this role declares: its topic and its tables. It reads no topic and has no queue. */
public class UserBeans {

    @Produces
    @Unremovable
    RoleTopics topics(@ConfigProperty(name = "topic.user-created") String created) {
        return new RoleTopics(UserRole.NAME, List.of(), List.of(created));
    }

    @Produces
    @Singleton
    @Unremovable
    @FlywayDataSource(UserRole.NAME)
    FlywayConfigurationCustomizer tables(WatchedDatabases databases) {
        return databases.watched(UserRole.NAME);
    }
}
