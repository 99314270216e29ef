package io.payroute.aggregator;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import io.payroute.aggregator.model.KnownPayment;
import io.payroute.aggregator.model.PaymentLadder;
import io.payroute.money.Money;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.Payment;
import io.vertx.core.json.JsonObject;

/** Rows of table payment. */
public final class PaymentRows {

    /** Of the table as {@code p}: what {@link #payment} reads. */
    public static final String COLUMNS = "p.payment_id, p.provider, p.ladder, p.amount_minor, p.currency, p.parts::text AS parts, "
            + "p.dispute, p.customer_email, p.metadata::text AS metadata, p.topic, p.created_at";

    private PaymentRows() {
    }

    static KnownPayment payment(ResultSet row) throws SQLException {
        String currency = row.getString("currency");
        Map<String, Long> parts = new TreeMap<>();
        new JsonObject(row.getString("parts"))
                .forEach(part -> parts.put(part.getKey(), ((Number) part.getValue()).longValue()));
        Map<String, String> metadata = new LinkedHashMap<>();
        new JsonObject(row.getString("metadata")).forEach(one -> metadata.put(one.getKey(), (String) one.getValue()));
        return new KnownPayment(row.getString("provider"), row.getString("payment_id"),
                PaymentLadder.ofWord(row.getString("ladder")),
                currency == null ? null : new Money(row.getLong("amount_minor"), currency), parts, row.getString("dispute"),
                row.getString("customer_email"), metadata, row.getString("topic"), Sql.instant(row, "created_at"));
    }
    /** Needs processed_at, too. */
    public static Payment message(ResultSet row) throws SQLException {
        return PaymentMessages.of(payment(row), Sql.instant(row, "processed_at"));
    }
}
