package io.payroute.payment.provider;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.provider.ProviderListing.Entry;
import io.payroute.payment.provider.ProviderListing.Status;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The list of the sandbox's payments, as its books have them. A charge that was made twice is listed twice. */
@ApplicationScoped
@Named("sandboxListing")
public class SandboxListing {

    private static final int PAGE = 500;
    private static final String LIST = """
            SELECT c.id, c.payment, c.amount_minor, c.currency, c.status, c.created_at, c.nth,
              coalesce(later.captured, 0) AS captured, coalesce(later.refunded, 0) AS refunded, coalesce(later.cancelled, 0)
                AS cancelled, coalesce(later.refunds, '[]') AS refunds
            FROM (
              SELECT s.*, coalesce(s.payment_key, s.charge_key) AS payment, (SELECT count(*) FROM sandbox_charge first
                WHERE hashtext(first.charge_key) = hashtext(s.charge_key) AND first.charge_key = s.charge_key AND first.id < s.id) AS nth
              FROM sandbox_charge s
              WHERE s.operation IN ('charge', 'authorize') AND s.created_at >= ? AND s.created_at < ? AND s.id > ?
              ORDER BY s.id LIMIT ?) c
            LEFT JOIN LATERAL (
              SELECT sum(l.amount_minor) FILTER (WHERE l.status = 'captured') AS captured,
                sum(l.amount_minor) FILTER (WHERE l.status = 'refunded') AS refunded,
                sum(l.amount_minor) FILTER (WHERE l.status = 'cancelled') AS cancelled,
                json_agg(json_build_object('key', l.charge_key, 'minor', l.amount_minor))
                  FILTER (WHERE l.status = 'refunded') AS refunds
              FROM sandbox_charge l
              WHERE l.payment_key = c.payment AND l.operation NOT IN ('charge', 'authorize') AND c.nth = 0) later ON true
            ORDER BY c.id""";

    private record Row(long id, Entry entry) {
    }

    private final DataSource dataSource;

    SandboxListing(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    public ProviderListing.Page list(@Body ProviderListing.Query query) throws SQLException {
        long after = query.cursor() == null ? 0 : Long.parseLong(query.cursor());
        List<Row> rows = Sql.query(dataSource, LIST, SandboxListing::row, query.from(), query.to(), after, PAGE);
        return new ProviderListing.Page(rows.stream().map(Row::entry).toList(),
                rows.size() < PAGE ? null : String.valueOf(rows.get(rows.size() - 1).id()));
    }

    private static Row row(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        String payment = row.getString("payment");
        Money money = new Money(row.getLong("amount_minor"), row.getString("currency"));
        long captured = row.getString("status").equals("charged") ? money.minor() : row.getLong("captured");
        Status status = switch (row.getString("status")) {
            case "charged" -> Status.COMPLETED;
            case "pending" -> Status.PENDING;
            case "authorized" -> captured > 0
                    ? Status.COMPLETED
                    : row.getLong("cancelled") > 0 ? Status.CANCELLED : Status.AUTHORIZED;
            default -> Status.FAILED;
        };
        List<ProviderListing.Refund> refunds = new ArrayList<>();
        for (Object refund : new JsonArray(row.getString("refunds"))) {
            String key = ((JsonObject) refund).getString("key");
            refunds.add(new ProviderListing.Refund("sandbox_" + key, uuid(key), ((JsonObject) refund).getLong("minor")));
        }
        String reference = "sandbox_" + payment + (row.getLong("nth") == 0 ? "" : "_" + id);
        return new Row(id, new Entry(reference, uuid(payment), money, status, captured, row.getLong("refunded"), refunds,
                false,
                Sql.instant(row, "created_at")));
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
