package io.payroute.payment.query;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentOperation.Status;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

/** Reads captures, cancellations and refunds. */
@ApplicationScoped
public class FindOperations {

    private static final String SELECT = "SELECT o.*, p.currency FROM payment_operation o JOIN payment p ON p.id = o.payment_id ";
    private static final String FIND = SELECT + "WHERE o.id = ?";
    private static final String ENDED = SELECT + "WHERE o.id = ANY(?) AND o.ended_at IS NOT NULL";
    private static final String LOCK = FIND + " FOR UPDATE OF o";
    private static final String LOCK_OPEN = SELECT + "WHERE o.payment_id = ? AND o.status = 'pending' FOR UPDATE OF o";
    private static final String LOCK_CAPTURES = SELECT + "WHERE o.payment_id = ? AND o.kind = 'capture' "
            + "AND o.status <> 'pending' ORDER BY o.id DESC FOR UPDATE OF o";
    private static final String LOCK_BY_REFERENCE = SELECT + "WHERE o.provider = ? AND o.provider_reference = ? "
            + "AND o.kind = 'refund' FOR UPDATE OF o";

    private final DataSource dataSource;

    public FindOperations(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    public Optional<PaymentOperation> find(UUID id) throws SQLException {
        return Sql.query(dataSource, FIND, FindOperations::operation, id).stream().findFirst();
    }

    /** Of those requested, what has an outcome. */
    public Map<UUID, PaymentOperation> ended(Collection<UUID> ids) throws SQLException {
        return Sql.query(dataSource, ENDED, FindOperations::operation, Sql.column("uuid", List.copyOf(ids), id -> id)).stream()
                .collect(Collectors.toMap(PaymentOperation::id, Function.identity()));
    }

    /** After the payment was locked, which all who change its operations do first. */
    public static Optional<PaymentOperation> lock(Connection connection, UUID id) throws SQLException {
        return Sql.query(connection, LOCK, FindOperations::operation, id).stream().findFirst();
    }

    /** The operations of a payment that have no outcome yet. */
    public static List<PaymentOperation> lockOpen(Connection connection, UUID payment) throws SQLException {
        return Sql.query(connection, LOCK_OPEN, FindOperations::operation, payment);
    }

    /** The captures of a payment that have an outcome, the latest first. */
    public static List<PaymentOperation> lockEndedCaptures(Connection connection, UUID payment) throws SQLException {
        return Sql.query(connection, LOCK_CAPTURES, FindOperations::operation, payment);
    }

    public static Optional<PaymentOperation> lockRefund(Connection connection, String provider, String reference)
            throws SQLException {
        return Sql.query(connection, LOCK_BY_REFERENCE, FindOperations::operation, provider, reference).stream().findFirst();
    }

    public static PaymentOperation operation(ResultSet row) throws SQLException {
        return new PaymentOperation(row.getObject("id", UUID.class), row.getObject("payment_id", UUID.class),
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                new Money(row.getLong("amount_minor"), row.getString("currency")),
                Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)), row.getString("reason"),
                row.getString("requested_by"), row.getString("provider"), row.getString("provider_reference"),
                Sql.instant(row, "created_at"), Sql.instant(row, "ended_at"));
    }
}
