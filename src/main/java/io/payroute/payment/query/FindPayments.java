package io.payroute.payment.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

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
public class FindPayments {

    private static final String FIND = "SELECT * FROM payment WHERE id = ?";

    private static final String FIND_WITH_OUTCOME = """
            SELECT * FROM payment WHERE id = ANY (?) AND status NOT IN ('pending', 'processing', 'unknown')""";

    private final DataSource dataSource;

    public FindPayments(RoleDatabases databases) {
        this.dataSource = databases.of(Roles.PAYMENT);
    }

    public Optional<Payment> find(UUID id) throws SQLException {
        return Sql.query(dataSource, FIND, FindPayments::payment, id).stream().findFirst();
    }

    /** Those of the payments that are neither waiting nor on their way any more. */
    public Map<UUID, Payment> withOutcome(Collection<UUID> ids) throws SQLException {
        return Sql.query(dataSource, FIND_WITH_OUTCOME, FindPayments::payment, Sql.column("uuid", List.copyOf(ids), id -> id))
                .stream().collect(Collectors.toMap(Payment::id, Function.identity()));
    }

    /** Newest first. @return one more than the limit when another page follows */
    List<Payment> page(PaymentQuery query) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT * FROM payment WHERE true");
        List<Object> parameters = new ArrayList<>();
        if (query.userId() != null) {
            sql.append(" AND user_id = ?");
            parameters.add(query.userId());
        }
        if (query.status() != null) {
            sql.append(" AND status = ?");
            parameters.add(query.status().word());
        }
        if (query.after() != null) {
            sql.append(" AND (created_at, id) < (?, ?)");
            parameters.add(query.after().createdAt());
            parameters.add(query.after().id());
        }
        parameters.add(query.limit() + 1);
        return Sql.query(dataSource, sql.append(" ORDER BY created_at DESC, id DESC LIMIT ?").toString(),
                FindPayments::payment, parameters.toArray());
    }

    public static Payment payment(ResultSet row) throws SQLException {
        return new Payment(row.getObject("id", UUID.class), row.getString("user_id"),
                new Money(row.getLong("amount_minor"), row.getString("currency")), row.getString("method"),
                row.getString("provider"), row.getString("provider_reference"),
                PaymentStatus.ofWord(row.getString("status")), row.getString("reason"), row.getString("email"),
                row.getString("description"), row.getString("order_id"), Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"), Sql.instant(row, "processed_at"), row.getBoolean("capture"),
                row.getLong("captured_minor"), row.getLong("refund_claimed_minor"), row.getLong("refunded_minor"));
    }
}
