package io.payroute.payment;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.messaging.Sql;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.runtime.HealthEndpoint;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;
import io.quarkus.arc.Unremovable;
import io.vertx.core.json.JsonObject;

/** Payments by state for {@code GET /health}; counted at most every five seconds, because a health probe must stay cheap. */
@ApplicationScoped
@Unremovable
class PaymentCounts implements HealthEndpoint.Part {

    private static final String COUNT = "SELECT status, count(*) FROM payment GROUP BY status";
    private static final long KEEP_NANOS = 5_000_000_000L;

    private final Roles roles;
    private final RoleDatabases databases;
    private Map<String, Long> counts = Map.of();
    private long countedAt = System.nanoTime() - 2 * KEEP_NANOS;

    PaymentCounts(Roles roles, RoleDatabases databases) {
        this.roles = roles;
        this.databases = databases;
    }

    @Override
    public void addTo(JsonObject health) {
        if (!roles.isActive(Roles.PAYMENT)) {
            return;
        }
        try {
            Map<String, Long> now = counts();
            JsonObject payments = new JsonObject().put("total", now.values().stream().mapToLong(n -> n).sum());
            for (PaymentStatus status : PaymentStatus.values()) {
                payments.put(status.word(), now.getOrDefault(status.word(), 0L));
            }
            health.put("payments", payments);
        } catch (SQLException e) {
            // the readiness check of the database says why
            health.put("payments", null);
        }
    }

    private synchronized Map<String, Long> counts() throws SQLException {
        if (System.nanoTime() - countedAt > KEEP_NANOS) {
            Map<String, Long> fresh = new HashMap<>();
            Sql.query(databases.of(Roles.PAYMENT), COUNT, row -> fresh.put(row.getString(1), row.getLong(2)));
            counts = fresh;
            countedAt = System.nanoTime();
        }
        return counts;
    }
}
