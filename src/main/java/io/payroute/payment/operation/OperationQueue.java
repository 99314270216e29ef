package io.payroute.payment.operation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.charge.ProviderQueue;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;

/** Captures, cancellations and refunds that are due, and questions what became of earlier ones. */
@Singleton
@Named(PaymentQueues.OPERATIONS)
public class OperationQueue extends ProviderQueue<OperationTask> {

    private static final String CLAIM = """
            UPDATE payment_operation o SET due_at = now() + make_interval(secs => ?), sent_at = coalesce(o.sent_at, now()),
              attempts = o.attempts + CASE WHEN d.status_query THEN 0 ELSE 1 END,
              queries = o.queries + CASE WHEN d.status_query THEN 1 ELSE 0 END
            FROM due d, payment p WHERE o.id = d.id AND p.id = o.payment_id
            RETURNING o.*, d.status_query, now() AS claimed_at, p.currency, p.method, p.provider_reference AS payment_reference""";
    private static final String CLAIM_OTHERS = others("payment_operation", "id", "due_at") + CLAIM;
    private static final String CLAIM_OF = named("payment_operation", "id", "due_at") + CLAIM;
    private static final String GIVE_BACK = giveBack("payment_operation", "id");

    OperationQueue(RoleDatabases databases, ProviderBreakers breakers) {
        super(databases, breakers, CLAIM_OTHERS, CLAIM_OF, GIVE_BACK, OperationQueue::task);
    }

    @Override
    public Backlog due() {
        return new Backlog("payment_operation WHERE due_at <= now()", "due_at");
    }

    @Override
    public List<OperationTask> claim(Claim claim) throws SQLException {
        List<OperationTask> claimed = super.claim(claim);
        if (!claimed.isEmpty()) {
            CrashPoint.reached("operation-claimed");
        }
        return claimed;
    }

    private static OperationTask task(ResultSet row) throws SQLException {
        Instant claimed = Sql.instant(row, "claimed_at");
        return new OperationTask(FindOperations.operation(row), row.getString("method"), row.getString("payment_reference"),
                row.getBoolean("status_query"), row.getInt("attempts"), row.getInt("queries"), claimed,
                Duration.between(Sql.instant(row, "sent_at"), claimed));
    }
}
