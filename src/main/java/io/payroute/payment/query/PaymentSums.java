package io.payroute.payment.query;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.money.CurrencyExponents;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonObject;

/**
 * Counts and sums over payments as they are now; over all of them by what every statement has counted. Amounts of different currencies are never added: every sum is
 * an object with one number a currency.
 */
@ApplicationScoped
public class PaymentSums {

    private static final String ALL = """
            SELECT status, currency, sum(payments) AS count, sum(amount_minor) AS total, sum(captured_minor) AS captured,
              sum(refunded_minor) AS refunded, sum(disputed_minor) AS disputed, sum(charged_back_minor) AS charged_back,
              sum(disputed_payments) AS disputed_payments
            FROM payment_count GROUP BY status, currency HAVING sum(payments) <> 0""";
    private static final String OF_USER = """
            SELECT status, currency, count(*) AS count, sum(amount_minor) AS total, sum(captured_minor) AS captured,
              sum(refunded_minor) AS refunded, sum(disputed_minor) AS disputed, sum(charged_back_minor) AS charged_back,
              count(*) FILTER (WHERE disputed_minor > 0) AS disputed_payments
            FROM payment WHERE user_id = ? GROUP BY status, currency""";

    /** The sums of a row by what they are of. */
    private static final List<String> SUMS = List.of("total", "captured", "refunded", "disputed", "charged_back");

    private record Row(String status, String currency, long count, long disputed, List<BigDecimal> sums) {
    }

    private final DataSource dataSource;

    public PaymentSums(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    /** @param user null for all */
    JsonObject of(String user) throws SQLException {
        List<Row> rows = Sql.query(dataSource, user == null ? ALL : OF_USER, PaymentSums::row,
                user == null ? new Object[0] : new Object[]{user});
        JsonObject stats = new JsonObject().put("total_payments", rows.stream().mapToLong(Row::count).sum());
        for (PaymentStatus status : PaymentStatus.values()) {
            stats.put(status.word() + "_payments",
                    rows.stream().filter(row -> row.status().equals(status.word())).mapToLong(Row::count).sum());
        }
        stats.put("disputed_payments", rows.stream().mapToLong(Row::disputed).sum());
        for (int i = 0; i < SUMS.size(); i++) {
            Map<String, BigDecimal> sums = new TreeMap<>();
            for (Row row : rows) {
                sums.merge(row.currency(), row.sums().get(i).movePointLeft(CurrencyExponents.of(row.currency())),
                        BigDecimal::add);
            }
            stats.put(SUMS.get(i) + "_amount", json(sums));
        }
        return stats;
    }

    private static Row row(ResultSet row) throws SQLException {
        List<BigDecimal> sums = new ArrayList<>();
        for (String sum : SUMS) {
            sums.add(row.getBigDecimal(sum));
        }
        return new Row(row.getString("status"), row.getString("currency"), row.getLong("count"),
                row.getLong("disputed_payments"), sums);
    }

    private static JsonObject json(Map<String, BigDecimal> sums) {
        JsonObject json = new JsonObject();
        sums.forEach(json::put);
        return json;
    }
}
