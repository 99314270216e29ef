package io.payroute.payment.query;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.messaging.Sql;
import io.payroute.money.CurrencyExponents;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;
import io.vertx.core.json.JsonObject;

/**
 * Counts and sums over payments, always of the table as it is now. Amounts of different currencies are never added: every sum is
 * an object with one number a currency.
 */
@ApplicationScoped
public class PaymentSums {

    private static final String SUM = """
            SELECT status, currency, count(*), sum(amount_minor), sum(captured_minor), sum(refunded_minor)
            FROM payment%s GROUP BY status, currency""";

    private record Row(String status, String currency, long count, BigDecimal amount, BigDecimal captured,
            BigDecimal refunded) {
    }

    private final DataSource dataSource;

    public PaymentSums(RoleDatabases databases) {
        this.dataSource = databases.of(Roles.PAYMENT);
    }

    /** @param user null for all */
    JsonObject of(String user) throws SQLException {
        List<Row> rows = Sql.query(dataSource, SUM.formatted(user == null ? "" : " WHERE user_id = ?"),
                row -> new Row(row.getString(1), row.getString(2), row.getLong(3), row.getBigDecimal(4), row.getBigDecimal(5),
                        row.getBigDecimal(6)),
                user == null ? new Object[0] : new Object[]{user});
        JsonObject stats = new JsonObject().put("total_payments", rows.stream().mapToLong(Row::count).sum());
        for (PaymentStatus status : PaymentStatus.values()) {
            stats.put(status.word() + "_payments",
                    rows.stream().filter(row -> row.status().equals(status.word())).mapToLong(Row::count).sum());
        }
        Map<String, BigDecimal> total = new TreeMap<>();
        Map<String, BigDecimal> captured = new TreeMap<>();
        Map<String, BigDecimal> refunded = new TreeMap<>();
        for (Row row : rows) {
            int decimals = CurrencyExponents.of(row.currency());
            total.merge(row.currency(), row.amount().movePointLeft(decimals), BigDecimal::add);
            captured.merge(row.currency(), row.captured().movePointLeft(decimals), BigDecimal::add);
            refunded.merge(row.currency(), row.refunded().movePointLeft(decimals), BigDecimal::add);
        }
        return stats.put("total_amount", json(total)).put("captured_amount", json(captured)).put("refunded_amount",
                json(refunded));
    }

    private static JsonObject json(Map<String, BigDecimal> sums) {
        JsonObject json = new JsonObject();
        sums.forEach(json::put);
        return json;
    }
}
