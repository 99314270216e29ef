package io.payroute.payment;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.payroute.platform.health.HealthHandler;
import io.payroute.platform.sql.Sql;
import io.quarkus.arc.Unremovable;
import io.vertx.core.json.JsonObject;

/**
 * Payments by state for {@code GET /health}, by what every statement has counted; read at most every five seconds, because a
 * health probe must stay cheap.
 */
@ApplicationScoped
@Named("paymentCounts")
@Unremovable
public class PaymentCounts implements HealthHandler.Part {

    private static final String COUNT = "SELECT status, sum(payments) FROM payment_count GROUP BY status";
    /**
     * One process at a time; a reader sees the rows before or after. What is folded may be any part of the rows, whose payments
     * come to nothing while their amounts do not: that is kept, too.
     */
    private static final String FOLD = """
            WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtext('payment_count')) AS ours),
            folded AS (DELETE FROM payment_count WHERE (SELECT ours FROM turn) RETURNING *)
            INSERT INTO payment_count (status, currency, payments, disputed_payments, amount_minor, captured_minor,
              refunded_minor, disputed_minor, charged_back_minor)
            SELECT status, currency, sum(payments), sum(disputed_payments), sum(amount_minor), sum(captured_minor),
              sum(refunded_minor), sum(disputed_minor), sum(charged_back_minor)
            FROM folded GROUP BY status, currency
            HAVING (sum(payments), sum(disputed_payments), sum(amount_minor), sum(captured_minor), sum(refunded_minor),
              sum(disputed_minor), sum(charged_back_minor)) <> (0, 0, 0, 0, 0, 0, 0)""";
    private static final String MANY = "SELECT count(*) > 100 FROM payment_count";
    private static final long KEEP_NANOS = 5_000_000_000L;

    private final Roles roles;
    private final RoleDatabases databases;
    private final MultiGauge gauge;
    private Map<String, Long> counts = Map.of();
    private long countedAt = System.nanoTime() - 2 * KEEP_NANOS;

    PaymentCounts(Roles roles, RoleDatabases databases, MeterRegistry meters) {
        this.roles = roles;
        this.databases = databases;
        this.gauge = MultiGauge.builder("payroute.payments").description("Payments in each state now").register(meters);
    }

    @Override
    public void addTo(JsonObject health) {
        if (!roles.isActive(PaymentRole.NAME)) {
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

    /** Makes few rows of many, and measures. */
    public void fold() throws SQLException {
        if (Sql.query(databases.of(PaymentRole.NAME), MANY, row -> row.getBoolean(1)).get(0)) {
            Sql.update(databases.of(PaymentRole.NAME), FOLD);
        }
        Map<String, Long> now = counts();
        gauge.register(Stream.of(PaymentStatus.values()).<MultiGauge.Row<?>>map(status -> MultiGauge.Row
                .of(Tags.of("status", status.word()), now.getOrDefault(status.word(), 0L))).toList(), true);
    }

    private synchronized Map<String, Long> counts() throws SQLException {
        if (System.nanoTime() - countedAt > KEEP_NANOS) {
            Map<String, Long> fresh = new HashMap<>();
            Sql.query(databases.of(PaymentRole.NAME), COUNT, row -> fresh.put(row.getString(1), row.getLong(2)));
            counts = fresh;
            countedAt = System.nanoTime();
        }
        return counts;
    }
}
