package io.payroute.payment.operation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.charge.ClaimByProvider;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.WorkQueue;

/** Captures, cancellations and refunds that are due, and questions what became of earlier ones. */
@ApplicationScoped
@Named(PaymentQueues.OPERATIONS)
public class OperationQueue implements WorkQueue<OperationTask> {

    private static final String CLAIM = """
            UPDATE payment_operation o SET due_at = now() + make_interval(secs => ?), sent_at = coalesce(o.sent_at, now()),
              attempts = o.attempts + CASE WHEN d.status_query THEN 0 ELSE 1 END,
              queries = o.queries + CASE WHEN d.status_query THEN 1 ELSE 0 END
            FROM due d, payment p WHERE o.id = d.id AND p.id = o.payment_id
            RETURNING o.*, d.status_query, now() AS claimed_at, p.currency, p.method, p.provider_reference AS payment_reference""";
    private static final String CLAIM_OTHERS = ClaimByProvider.others("payment_operation", "id") + CLAIM;
    private static final String CLAIM_OF = ClaimByProvider.named("payment_operation", "id") + CLAIM;
    private static final String GIVE_BACK = ClaimByProvider.giveBack("payment_operation", "id");

    private final ClaimByProvider<OperationTask> claims;
    private final ProviderBreakers breakers;

    OperationQueue(RoleDatabases databases, ProviderBreakers breakers) {
        this.claims = new ClaimByProvider<>(databases.of(PaymentRole.NAME), breakers, CLAIM_OTHERS, CLAIM_OF, GIVE_BACK,
                OperationQueue::task);
        this.breakers = breakers;
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public List<OperationTask> claim(Claim claim) throws SQLException {
        List<OperationTask> claimed = claims.claim(claim, breakers.failing());
        if (!claimed.isEmpty()) {
            CrashPoint.reached("operation-claimed");
        }
        return claimed;
    }

    @Override
    public void giveBack(List<OperationTask> tasks) throws SQLException {
        claims.giveBack(tasks);
    }

    private static OperationTask task(ResultSet row) throws SQLException {
        return new OperationTask(FindOperations.operation(row), row.getString("method"), row.getString("payment_reference"),
                row.getBoolean("status_query"), row.getInt("attempts"), row.getInt("queries"), Sql.instant(row, "claimed_at"));
    }
}
