package io.payroute.order;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.order.model.OrderRole;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.page.PageLink;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.QueueSamples;
import io.quarkus.arc.Unremovable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Orders whose step has failed several times, or lasts: each is tried again by itself, and somebody should look why it has to be. */
@ApplicationScoped
@Named("stuckOrders")
public class StuckOrders {

    private static final String QUEUE = "orders-stuck";
    /** A customer may take his time for a payment. */
    private static final String STUCK = "order_saga WHERE failures > 5 "
            + "OR step <> 'await-payment' AND since < now() - interval '10 minutes'";
    private static final String LIST = """
            SELECT s.*, o.status, o.payment_id FROM (SELECT * FROM %s ORDER BY since LIMIT 200) s
            JOIN orders o ON o.id = s.order_id ORDER BY s.since""".formatted(STUCK);

    private final DataSource database;

    StuckOrders(RoleDatabases databases) {
        this.database = databases.of(OrderRole.NAME);
    }

    @Produces
    @Unremovable
    QueueSamples.Watched watched() {
        return new QueueSamples.Watched(OrderRole.NAME, QUEUE, new Backlog(STUCK, "since"));
    }

    @Produces
    @Unremovable
    PageLink link() {
        return new PageLink(OrderRole.NAME, "/ops/orders", "Stuck orders", Map.of(QUEUE, ""));
    }

    /** Those that are stuck longest, at most 200. */
    public void list(Exchange exchange) throws SQLException {
        List<JsonObject> orders = Sql.query(database, LIST, StuckOrders::json);
        JsonAnswer.set(exchange.getMessage(), new JsonObject().put("orders", new JsonArray(orders)));
    }

    private static JsonObject json(ResultSet row) throws SQLException {
        return new JsonObject().put("id", row.getString("order_id")).put("status", row.getString("status"))
                .put("payment_id", row.getString("payment_id")).put("step", row.getString("step"))
                .put("since", Sql.instant(row, "since").toString()).put("failures", row.getInt("failures"))
                .put("cause", row.getString("reason")).put("due_at", Sql.instant(row, "due_at").toString());
    }
}
