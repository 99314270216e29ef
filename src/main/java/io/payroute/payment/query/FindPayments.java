package io.payroute.payment.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.money.Money;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentDispute;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

/** Reads payments. */
@ApplicationScoped
public class FindPayments {

    private static final String FIND = "SELECT * FROM payment WHERE id = ?";

    private static final String FIND_WITH_OUTCOME = """
            SELECT * FROM payment WHERE id = ANY (?) AND status NOT IN ('pending', 'processing', 'unknown')""";

    /**
     * A provider's reference is in the call that told it: an index over the payments' own would have every charge written to all
     * indexes of the table.
     */
    private static final String BY_REFERENCE = """
            id IN (
              SELECT c.payment_id FROM (SELECT ?::text AS word) asked
              JOIN provider_call c ON hashtext(c.detail) = hashtext(asked.word) AND c.detail = asked.word
              WHERE c.outcome IN ('completed', 'authorized', 'pending'))""";

    /** No index on the state itself: it would cost every transition of a payment all its indexes. */
    private static final String BY_WAY = "id IN (SELECT payment_id FROM payment_transition WHERE to_status = ?)";
    /** Spares reading all payments to find that none is in the state. */
    private static final String ANY_COUNTED = "EXISTS (SELECT 1 FROM payment_count WHERE status = ? HAVING sum(payments) > 0)";
    /** States that few payments are in, and that every payment has come to by a transition of its own. */
    private static final Set<PaymentStatus> RARE = EnumSet.complementOf(
            EnumSet.of(PaymentStatus.PENDING, PaymentStatus.PROCESSING, PaymentStatus.COMPLETED));

    private final DataSource dataSource;

    public FindPayments(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
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
        Search search = Search.of(query);
        return Sql.query(dataSource, search.sql(), FindPayments::payment, search.parameters());
    }

    /** The statement of a query. For each filter there is an index in the order of the list. */
    record Search(String sql, Object... parameters) {

        static Search of(PaymentQuery query) {
            StringBuilder sql = new StringBuilder("SELECT * FROM payment WHERE true");
            List<Object> parameters = new ArrayList<>();
            BiConsumer<String, Object> and = (condition, value) -> {
                if (value != null) {
                    sql.append(" AND ").append(condition);
                    parameters.add(value);
                }
            };
            and.accept("user_id = ?", query.userId());
            and.accept("status = ?", query.status() == null ? null : query.status().word());
            and.accept(ANY_COUNTED, query.status() == null ? null : query.status().word());
            and.accept(BY_WAY, query.status() == null || !RARE.contains(query.status()) ? null : query.status().word());
            and.accept("order_id = ?", query.orderId());
            and.accept(BY_REFERENCE, query.reference());
            and.accept("provider = ?", query.provider());
            and.accept("method = ?", query.method());
            and.accept("lower(email) = lower(?)", query.email());
            if (query.amounts() != null) {
                and.accept("amount_minor = ANY (?)", Sql.column("int8",
                        query.amounts().stream().map(Money::minor).distinct().toList(), minor -> minor));
                sql.append(" AND (currency::text, amount_minor) IN (SELECT * FROM unnest(?, ?))");
                parameters.add(Sql.column("text", query.amounts(), Money::currency));
                parameters.add(Sql.column("int8", query.amounts(), Money::minor));
            }
            and.accept("created_at >= ?", query.createdFrom());
            and.accept("created_at < ?", query.createdTo());
            and.accept("(created_at, id) < (?", query.after() == null ? null : query.after().createdAt());
            if (query.after() != null) {
                sql.append(", ?)");
                parameters.add(query.after().id());
            }
            parameters.add(query.limit() + 1);
            return new Search(sql.append(" ORDER BY created_at DESC, id DESC LIMIT ?").toString(), parameters.toArray());
        }
    }

    public static Payment payment(ResultSet row) throws SQLException {
        return new Payment(row.getObject("id", UUID.class), row.getString("user_id"),
                new Money(row.getLong("amount_minor"), row.getString("currency")), row.getString("method"),
                row.getString("provider"), row.getString("provider_reference"),
                PaymentStatus.ofWord(row.getString("status")), row.getString("reason"), row.getString("email"),
                row.getString("description"), row.getString("order_id"), Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"), Sql.instant(row, "processed_at"), row.getBoolean("capture"),
                row.getLong("captured_minor"), row.getLong("refund_claimed_minor"), row.getLong("refunded_minor"),
                row.getLong("disputed_minor"), row.getLong("charged_back_minor"),
                disputeStatus(row.getString("dispute_status")));
    }

    private static PaymentDispute.Status disputeStatus(String word) {
        return word == null ? null : PaymentDispute.Status.ofWord(word);
    }
}
