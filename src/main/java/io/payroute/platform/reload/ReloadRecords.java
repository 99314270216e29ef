package io.payroute.platform.reload;

import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.jboss.logging.Logger;

import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.payroute.platform.reload.Reload.Result;
import io.payroute.platform.sql.Sql;

/** Every reload with who, what and result, in the database of the first role of the process, where it outlives the process. */
@ApplicationScoped
class ReloadRecords {

    private static final Logger LOG = Logger.getLogger(ReloadRecords.class);
    private static final int MOST = 100;
    /** A folder that is watched may be reloaded often, and a diff is long. */
    private static final int KEPT = 1_000;

    private final DataSource database;

    @Inject
    ReloadRecords(RoleDatabases databases, Roles roles) {
        this.database = databases.of(roles.active().get(0));
    }

    /** The reload has happened whether or not it can be recorded; the log has it too. */
    void add(Reload reload) {
        try {
            Sql.update(database, "DELETE FROM route_reload WHERE id <= (SELECT max(id) FROM route_reload) - " + KEPT);
            Sql.update(database,
                    "INSERT INTO route_reload (at, caller, result, added, replaced, removed, needs_restart, diff, errors) "
                            + "VALUES (?::timestamptz, ?, ?, ?, ?, ?, ?, ?, ?)",
                    reload.at(), reload.caller(), reload.result().word(),
                    text(reload.added()), text(reload.replaced()), text(reload.removed()), text(reload.needsRestart()),
                    reload.diff(), text(reload.errors()));
        } catch (SQLException e) {
            LOG.warnf("event=routes-reload-not-recorded cause=%s", e.getMessage());
        }
    }

    /** The latest first. */
    List<Reload> latest() throws SQLException {
        return Sql.query(database, "SELECT * FROM route_reload ORDER BY id DESC LIMIT " + MOST,
                row -> new Reload(Sql.instant(row, "at"), row.getString("caller"),
                        Result.valueOf(row.getString("result").toUpperCase(java.util.Locale.ROOT)),
                        lines(row.getString("added")),
                        lines(row.getString("replaced")), lines(row.getString("removed")),
                        lines(row.getString("needs_restart")),
                        row.getString("diff"), lines(row.getString("errors"))));
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines);
    }

    private static List<String> lines(String text) {
        return text.lines().toList();
    }
}
