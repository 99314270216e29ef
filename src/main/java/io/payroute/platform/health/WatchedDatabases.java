package io.payroute.platform.health;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import org.eclipse.microprofile.config.Config;
import org.flywaydb.core.Flyway;

import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.payroute.platform.config.EmbeddedServersProcess;
import io.payroute.platform.config.Preparations;
import io.quarkus.arc.Unremovable;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource.FlywayDataSourceLiteral;

/** The databases of the roles that are on. */
@ApplicationScoped
@Unremovable
public class WatchedDatabases implements WatchedServer.Source, Preparations {

    private static final int ANSWER_SECONDS = 2;

    private final Roles roles;
    private final RoleDatabases databases;
    private final Config config;
    private final Instance<Flyway> migrations;

    WatchedDatabases(Roles roles, RoleDatabases databases, Config config, @Any Instance<Flyway> migrations) {
        this.roles = roles;
        this.databases = databases;
        this.config = config;
        this.migrations = migrations;
    }

    /** Each makes the tables of one role. */
    @Override
    public List<Task> tasks() {
        return roles.withDatabase().stream()
                .map(role -> (Task) () -> migrations.select(FlywayDataSourceLiteral.of(role)).get().migrate())
                .toList();
    }

    @Override
    public List<WatchedServer> servers() {
        return roles.withDatabase().stream().map(this::database).toList();
    }

    private WatchedServer database(String role) {
        String setting = role + ".jdbc.url";
        return new WatchedServer("postgresql-" + role, setting, address(config.getValue(setting, String.class)),
                ServerWatch.OFTEN, () -> probe(databases.of(role)));
    }

    /**
     * For a role to produce, qualified by its name, so that it happens before the tables are made, without which nothing starts:
     * what is wrong is said with its key beside what Flyway has to say. An embedded one is waited for.
     */
    public FlywayConfigurationCustomizer watched(String role) {
        return flyway -> {
            EmbeddedServersProcess.await("postgres");
            warnIfUnavailable(role, flyway.getDataSource());
        };
    }

    private void warnIfUnavailable(String role, DataSource database) {
        try {
            probe(database);
        } catch (SQLException e) {
            ServerWatch.say(database(role), e);
        }
    }

    private static void probe(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (!connection.isValid(ANSWER_SECONDS)) {
                throw new SQLException("No answer within " + ANSWER_SECONDS + " s");
            }
        }
    }

    /** Without parameters: a password may stand there. */
    static String address(String url) {
        return url.replaceFirst("[?].*", "").replaceFirst("//[^/@]*@", "//");
    }
}
