package io.payroute.inventory;

import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.WorkQueue;

/**
 * Reservations that have had their time. A claim leases them; the row leaves the table with the reservation's change, whoever makes
 * it. Whether one is expired is decided under the reservation's lock, so an order that is paid at this moment keeps its pieces or loses
 * them, and never both.
 */
@ApplicationScoped
@Named(InventoryBeans.EXPIRIES)
public class ExpiryQueue implements WorkQueue<DueExpiry> {

    private static final String CLAIM = """
            WITH due AS MATERIALIZED (
              SELECT order_id FROM reservation_expiry WHERE due_at <= now() ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED)
            UPDATE reservation_expiry SET due_at = now() + make_interval(secs => ?), claims = claims + 1
            WHERE order_id = ANY (ARRAY (SELECT order_id FROM due)) RETURNING order_id, claims""";
    private static final Rows<DueExpiry> CLAIMS = new Rows<DueExpiry>().text("order_id", DueExpiry::orderId).int4("claims",
            DueExpiry::claims);
    private static final String GIVE_BACK = """
            WITH t AS (SELECT * FROM %s)
            UPDATE reservation_expiry w SET due_at = now() FROM t
            WHERE w.order_id = ANY (ARRAY (SELECT order_id FROM t)) AND w.order_id = t.order_id AND w.claims = t.claims"""
            .formatted(CLAIMS.unnest());

    private final DataSource dataSource;

    @Inject
    ExpiryQueue(RoleDatabases databases) {
        this(databases.of(InventoryRole.NAME));
    }

    ExpiryQueue(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public String role() {
        return InventoryRole.NAME;
    }

    @Override
    public Backlog due() {
        return new Backlog("reservation_expiry WHERE due_at <= now()", "due_at");
    }

    @Override
    public List<DueExpiry> claim(Claim claim) throws SQLException {
        List<DueExpiry> claimed = Sql.query(dataSource, CLAIM, row -> new DueExpiry(row.getString(1), row.getInt(2)),
                claim.limit(), claim.leaseSeconds());
        if (!claimed.isEmpty()) {
            CrashPoint.reached("stock-expiry-claimed");
        }
        return claimed;
    }

    @Override
    public void giveBack(List<DueExpiry> tasks) throws SQLException {
        Sql.update(dataSource, GIVE_BACK, CLAIMS.of(tasks));
    }
}
