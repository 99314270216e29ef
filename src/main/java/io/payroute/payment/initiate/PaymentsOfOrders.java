package io.payroute.payment.initiate;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.query.FindPayments;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Sql;

/** Reads payments for those who ask at the same moment by one statement: each order is asked for several times. */
@ApplicationScoped
class PaymentsOfOrders implements AutoCloseable {

    /** Below a caller's deadline, so that he is told that the database is slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    /** What another provider asked for before it refused is of no use any more. */
    private static final String FIND = """
            SELECT p.*, a.url AS action_url, a.client_secret AS action_secret FROM payment p LEFT JOIN LATERAL (
              SELECT url, client_secret FROM payment_action
              WHERE payment_id = p.id AND provider = p.provider AND p.status IN ('processing', 'unknown') LIMIT 1) a ON true
            WHERE p.id = ANY (?)""";

    /**
     * A payment as it was read from after the question on.
     *
     * @param url where the customer confirms it, while it waits for him; or null
     * @param clientSecret for the provider's script in his browser; or null
     */
    record Found(Payment payment, String url, String clientSecret) {
        static Found of(ResultSet row) throws SQLException {
            return new Found(FindPayments.payment(row), row.getString("action_url"), row.getString("action_secret"));
        }
    }

    private final DataSource dataSource;
    private final GroupCommit<UUID, Optional<Found>> reads;

    PaymentsOfOrders(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.reads = new GroupCommit<>("payments-of-orders", 2, 256, 4096, GroupCommit.MOMENT, this::findAll);
    }

    /** @throws Refusal when the database does not answer in time */
    Optional<Found> find(UUID id) throws Exception {
        return reads.answer(id, PATIENCE);
    }

    private List<Optional<Found>> findAll(List<UUID> ids) throws SQLException {
        Map<UUID, Found> found = new HashMap<>();
        Sql.query(dataSource, FIND, Found::of, Sql.column("uuid", ids, id -> id))
                .forEach(one -> found.put(one.payment().id(), one));
        return ids.stream().map(id -> Optional.ofNullable(found.get(id))).toList();
    }

    @Override
    @PreDestroy
    public void close() {
        reads.close();
    }
}
