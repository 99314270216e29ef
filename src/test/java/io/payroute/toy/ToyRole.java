package io.payroute.toy;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.inject.Produces;

import io.payroute.platform.access.AccessRule;
import io.payroute.platform.access.RoleAccess;
import io.payroute.platform.access.Scope;
import io.payroute.platform.health.WatchedDatabases;
import io.payroute.platform.kafka.RoleTopics;
import io.payroute.platform.outbox.Retention;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;

/** All that a role declares: its scopes, what its paths need, its topics, its tables, and for how long its rows are kept. */
public class ToyRole {

    public static final String NAME = "toy";

    public static final Scope GREET = new Scope("greetings:send");
    public static final Scope ANY = new Scope("greetings:any", true);

    public static final RoleAccess ACCESS = new RoleAccess(NAME, List.of(GREET, ANY),
            List.of(AccessRule.own("POST", "/api/v1/greetings", GREET)));

    @Produces
    RoleAccess access() {
        return ACCESS;
    }

    @Produces
    RoleTopics topics(String greeted) {
        return new RoleTopics(NAME, List.of(), List.of(greeted));
    }

    @Produces
    @FlywayDataSource(NAME)
    FlywayConfigurationCustomizer tables(WatchedDatabases databases) {
        return databases.watched(NAME);
    }

    @Produces
    Retention.Rules retention(Duration memory) {
        return () -> List.of(
                new Retention.Rule(NAME, "greeting", "greeted_at < now() - make_interval(secs => ?)", memory));
    }
}
