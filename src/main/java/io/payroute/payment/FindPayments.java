package io.payroute.payment;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.messaging.Sql;
import io.payroute.money.Money;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/** Reads payments. */
@ApplicationScoped
class FindPayments {

    private static final String FIND = "SELECT * FROM payment WHERE id = ?";

    private final DataSource dataSource;

    FindPayments(RoleDatabases databases) {
        this.dataSource = databases.of(Roles.PAYMENT);
    }

    Optional<Payment> find(UUID id) throws SQLException {
        return Sql.query(dataSource, FIND, FindPayments::payment, id).stream().findFirst();
    }

    static Payment payment(ResultSet row) throws SQLException {
        return new Payment(row.getObject("id", UUID.class), row.getString("user_id"),
                new Money(row.getLong("amount_minor"), row.getString("currency")), row.getString("method"),
                row.getString("provider"), row.getString("provider_reference"),
                PaymentStatus.ofWord(row.getString("status")), row.getString("reason"), row.getString("email"),
                row.getString("description"), row.getString("order_id"), Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"), Sql.instant(row, "processed_at"), row.getBoolean("capture"),
                row.getLong("captured_minor"), row.getLong("refund_claimed_minor"), row.getLong("refunded_minor"));
    }
}
