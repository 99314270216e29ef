package io.payroute.platform.reload;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.jboss.logging.Logger;

import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.payroute.platform.reload.Reload.Result;
import io.payroute.platform.sql.Sql;

/**
 * Every reload with who, what and result, in the database of the first role of the process, where it outlives the process. A reload is
 * written down before it begins, and its row stays locked until its end: one that is not locked any more belongs to a process that is
 * gone, and the next that starts marks it as interrupted.
 */
@ApplicationScoped
class ReloadRecords {

    private static final Logger LOG = Logger.getLogger(ReloadRecords.class);
    private static final int MOST = 100;
    /** A folder that is watched may be reloaded often, and a diff is long. */
    private static final int KEPT = 1_000;
    private static final String INSERT = """
            INSERT INTO route_reload (at, caller, result, added, replaced, removed, needs_restart, diff, errors)
            VALUES (?::timestamptz, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""";
    private static final String UPDATE = """
            UPDATE route_reload SET at = ?::timestamptz, caller = ?, result = ?, added = ?, replaced = ?, removed = ?,
              needs_restart = ?, diff = ?, errors = ? WHERE id = ?""";
    private static final String LOCK = "SELECT id FROM route_reload WHERE id = ? FOR UPDATE";
    private static final String INTERRUPTED = """
            UPDATE route_reload SET result = 'interrupted'
            WHERE id IN (SELECT id FROM route_reload WHERE result = 'started' FOR UPDATE SKIP LOCKED)""";

    private final DataSource database;

    @Inject
    ReloadRecords(RoleDatabases databases, Roles roles) {
        this(roles.withDatabase().stream().findFirst().map(databases::of).orElse(null));
    }

    /** @param database null in a process that has none, whose log alone tells of reloads */
    ReloadRecords(DataSource database) {
        this.database = database;
    }

    /** What processes that are gone have left. */
    void interrupted() {
        if (database == null) {
            return;
        }
        try {
            int left = Sql.update(database, INTERRUPTED);
            if (left > 0) {
                LOG.warnf("event=routes-reload-interrupted count=%d", left);
            }
        } catch (SQLException e) {
            LOG.warnf("event=routes-reload-not-recorded cause=%s", e.getMessage());
        }
    }

    /** The reload goes on whether or not it can be recorded; the log has it too. @return its record, to be ended */
    Open begin(Reload started) {
        interrupted();
        Open open = new Open();
        open.write(connection -> {
            Sql.update(connection, "DELETE FROM route_reload WHERE id <= (SELECT max(id) FROM route_reload) - " + KEPT);
            open.id = Sql.query(connection, INSERT, row -> row.getLong(1), values(started)).get(0);
        }, true);
        return open;
    }

    private interface Write {
        void to(Connection connection) throws SQLException;
    }

    /** A reload that is under way, by one thread. */
    final class Open {

        private Connection connection;
        private Long id;

        /** What it will change is known. */
        void planned(Reload plan) {
            write(connection -> update(connection, plan), true);
        }

        void end(Reload reload) {
            write(connection -> update(connection, reload), false);
        }

        private void update(Connection connection, Reload reload) throws SQLException {
            if (id == null) {
                id = Sql.query(connection, INSERT, row -> row.getLong(1), values(reload)).get(0);
                return;
            }
            Object[] values = Arrays.copyOf(values(reload), 10);
            values[9] = id;
            Sql.update(connection, UPDATE, values);
        }

        /** Once more on a new connection when the one that it had is broken. */
        private void write(Write write, boolean goesOn) {
            if (database == null) {
                return;
            }
            try {
                try {
                    tryWrite(write, goesOn);
                } catch (SQLException e) {
                    close();
                    tryWrite(write, goesOn);
                }
            } catch (SQLException e) {
                close();
                LOG.warnf("event=routes-reload-not-recorded cause=%s", e.getMessage());
            }
        }

        private void tryWrite(Write write, boolean goesOn) throws SQLException {
            if (connection == null) {
                connection = database.getConnection();
                connection.setAutoCommit(false);
            }
            write.to(connection);
            connection.commit();
            if (goesOn) {
                Sql.query(connection, LOCK, row -> row.getLong(1), id);
            } else {
                close();
            }
        }

        private void close() {
            Connection held = connection;
            connection = null;
            if (held != null) {
                try (held) {
                    held.rollback();
                    held.setAutoCommit(true);
                } catch (SQLException e) {
                    LOG.debugf("event=routes-reload-connection-broken cause=%s", e.getMessage());
                }
            }
        }
    }

    /** The latest first. */
    List<Reload> latest() throws SQLException {
        if (database == null) {
            return List.of();
        }
        return Sql.query(database, "SELECT * FROM route_reload ORDER BY id DESC LIMIT " + MOST,
                row -> new Reload(Sql.instant(row, "at"), row.getString("caller"),
                        Result.valueOf(row.getString("result").toUpperCase(Locale.ROOT)), lines(row.getString("added")),
                        lines(row.getString("replaced")), lines(row.getString("removed")),
                        lines(row.getString("needs_restart")), row.getString("diff"), lines(row.getString("errors"))));
    }

    private static Object[] values(Reload reload) {
        return new Object[]{reload.at(), reload.caller(), reload.result().word(), text(reload.added()), text(reload.replaced()),
                text(reload.removed()), text(reload.needsRestart()), reload.diff(), Secrets.masked(text(reload.errors()))};
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines);
    }

    private static List<String> lines(String text) {
        return text.lines().toList();
    }
}
