package io.payroute.platform.access;

import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.jboss.logging.Logger;

import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.payroute.platform.sql.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What operators change, by the API or by a page: in the log when it begins, and with its status in the database of the first role
 * of the process when it was answered.
 */
@ApplicationScoped
@Named("operatorActions")
public class OperatorActions {

    private static final Logger LOG = Logger.getLogger(OperatorActions.class);
    private static final int MOST = 200;
    /** What is older than so many others is forgotten. */
    private static final int KEPT = 100_000;
    private static final int MAX_PATH = 400;

    private final Vertx vertx;
    private final RoleDatabases databases;
    private final Roles roles;

    @Inject
    OperatorActions(Vertx vertx, RoleDatabases databases, Roles roles) {
        this.vertx = vertx;
        this.databases = databases;
        this.roles = roles;
    }

    void begun(String caller, String method, String path) {
        LOG.infof("event=operator-action caller=%s method=%s path=%s", caller, method, path);
    }

    /** It has happened, whether or not this can be recorded. */
    Future<Void> answered(String caller, String method, String path, int status) {
        return vertx.<Void>executeBlocking(() -> {
            add(caller, method, path, status);
            return null;
        }, false)
                .onFailure(failure -> LOG.warnf(
                        "event=operator-action-not-recorded caller=%s method=%s path=%s status=%d cause=%s",
                        caller, method, path, status, failure.getMessage()));
    }

    private void add(String caller, String method, String path, int status) throws SQLException {
        Sql.update(database(), "INSERT INTO operator_action (caller, method, path, status) VALUES (?, ?, ?, ?)", caller, method,
                path.substring(0, Math.min(path.length(), MAX_PATH)), status);
        Sql.update(database(), "DELETE FROM operator_action WHERE id <= (SELECT max(id) FROM operator_action) - " + KEPT);
    }

    /** The latest, as JSON. */
    public void list(Exchange exchange) throws SQLException {
        List<JsonObject> actions = Sql.query(database(), "SELECT * FROM operator_action ORDER BY id DESC LIMIT " + MOST,
                row -> new JsonObject().put("at", Sql.instant(row, "at").toString()).put("caller", row.getString("caller"))
                        .put("method", row.getString("method")).put("path", row.getString("path"))
                        .put("status", row.getInt("status")));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(new JsonObject().put("actions", new JsonArray(actions)).encode());
    }

    private DataSource database() {
        return databases.of(roles.active().get(0));
    }
}
