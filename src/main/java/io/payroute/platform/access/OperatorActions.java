package io.payroute.platform.access;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.jboss.logging.Logger;

import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.sql.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What operators change, by the API or by a page, in the log and in the database of the first role of the process. It is written down
 * before it is done, and the status of the answer is added after it: a process that is killed between leaves who did what.
 */
@ApplicationScoped
@Named("operatorActions")
public class OperatorActions {

    private static final Logger LOG = Logger.getLogger(OperatorActions.class);
    private static final int MOST = 200;
    /** What is older than so many others is forgotten. */
    private static final int KEPT = 100_000;
    private static final int MAX_PATH = 400;
    private static final String BEGIN = """
            WITH forgotten AS (DELETE FROM operator_action WHERE id <= (SELECT max(id) FROM operator_action) - %d)
            INSERT INTO operator_action (caller, method, path) VALUES (?, ?, ?) RETURNING id""".formatted(KEPT);
    /** The latest of this caller at this path, which is under way; it is among the last, whatever the table holds. */
    private static final String BECAUSE = """
            UPDATE operator_action SET reason = ? WHERE id = (SELECT id FROM operator_action
              WHERE id > (SELECT max(id) FROM operator_action) - 1000 AND caller = ? AND path = ? AND status IS NULL
              ORDER BY id DESC LIMIT 1)""";
    private static final String END = "UPDATE operator_action SET status = ? WHERE id = ?";

    private final Vertx vertx;
    private final Supplier<DataSource> database;

    @Inject
    OperatorActions(Vertx vertx, RoleDatabases databases, Roles roles) {
        this(vertx, () -> databases.of(roles.withDatabase().stream().findFirst()
                .orElseThrow(() -> Refusal.notFound("This process has no database; what operators do is in its log."))));
    }

    protected OperatorActions(Vertx vertx, Supplier<DataSource> database) {
        this.vertx = vertx;
        this.database = database;
    }

    /** It goes on whether or not it can be recorded; the log has it too. @return its record, null where there is none */
    public Future<Long> begin(String caller, String method, String path) {
        return vertx.executeBlocking(() -> beginNow(caller, method, path), false);
    }

    /** The same on a thread that may wait. */
    public Long beginNow(String caller, String method, String path) {
        LOG.infof("event=operator-action caller=%s method=%s path=%s", caller, method, path);
        try {
            return Sql.query(database.get(), BEGIN, row -> row.getLong(1), caller, method,
                    path.substring(0, Math.min(path.length(), MAX_PATH))).get(0);
        } catch (SQLException | RuntimeException failure) {
            LOG.warnf("event=operator-action-not-recorded caller=%s method=%s path=%s cause=%s", caller, method, path,
                    failure.getMessage());
            return null;
        }
    }

    /** Adds why, as the form says it, to what was begun. */
    public void because(String caller, String path, String reason) {
        try {
            Sql.update(database.get(), BECAUSE, reason, caller, path);
        } catch (SQLException | RuntimeException failure) {
            LOG.warnf("event=operator-action-not-recorded caller=%s path=%s cause=%s", caller, path, failure.getMessage());
        }
    }

    /** @param id of the record, null where there is none */
    public Future<Void> answered(Long id, int status) {
        return id == null ? Future.succeededFuture() : vertx.<Void>executeBlocking(() -> {
            Sql.update(database.get(), END, status, id);
            return null;
        }, false).onFailure(failure -> LOG.warnf("event=operator-action-not-recorded id=%d status=%d cause=%s", id, status,
                failure.getMessage()));
    }

    /** The latest, as JSON. */
    public void list(Exchange exchange) throws SQLException {
        List<JsonObject> actions = Sql.query(database.get(), "SELECT * FROM operator_action ORDER BY id DESC LIMIT " + MOST,
                row -> new JsonObject().put("at", Sql.instant(row, "at").toString()).put("caller", row.getString("caller"))
                        .put("method", row.getString("method")).put("path", row.getString("path"))
                        .put("reason", row.getString("reason")).put("status", row.getObject("status", Integer.class)));
        JsonAnswer.set(exchange.getMessage(), new JsonObject().put("actions", new JsonArray(actions)));
    }
}
