package io.payroute.payment.operation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.messaging.Pauses;
import io.payroute.messaging.Sql;
import io.payroute.payment.charge.ChargeLease;
import io.payroute.payment.charge.DueByProvider;
import io.payroute.payment.charge.SendToProvider;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.runtime.CrashPoint;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/**
 * Claims due captures, cancellations and refunds, and sends each to its payment's provider as charges are sent: under a lease,
 * marked as sent before anything leaves the process, and asked for when a predecessor's answer was lost.
 */
@ApplicationScoped
@Named("runOperations")
public class RunOperations {

    private static final String CLAIM = """
            UPDATE payment_operation o SET due_at = now() + make_interval(secs => ?), sent_at = coalesce(o.sent_at, now()),
              attempts = o.attempts + CASE WHEN d.ask THEN 0 ELSE 1 END,
              queries = o.queries + CASE WHEN d.ask THEN 1 ELSE 0 END
            FROM due d, payment p WHERE o.id = d.id AND p.id = o.payment_id
            RETURNING o.*, d.ask, now() AS claimed_at, p.currency, p.method, p.provider_reference AS payment_reference""";
    private static final String CLAIM_OTHERS = DueByProvider.others("payment_operation", "id") + CLAIM;
    private static final String CLAIM_OF = DueByProvider.named("payment_operation", "id") + CLAIM;

    private final DataSource dataSource;
    private final ProviderBreakers breakers;
    private final SendToProvider provider;
    private final int maxInFlight;
    private final Duration lease;
    private final Pauses pauses = new Pauses("operations", Roles.PAYMENT);

    RunOperations(RoleDatabases databases, CamelContext camel, ProviderBreakers breakers,
            @ConfigProperty(name = "payment.operation.max-in-flight") int maxInFlight,
            @ConfigProperty(name = "payment.charge.lease") Duration lease) {
        this.dataSource = databases.of(Roles.PAYMENT);
        this.breakers = breakers;
        this.provider = new SendToProvider(camel);
        this.maxInFlight = maxInFlight;
        this.lease = lease;
    }

    /** Returns without waiting for any answer. Failures of the database pause it; they are logged, not thrown. */
    public synchronized void dispatch() {
        int free = maxInFlight - provider.inFlight();
        if (free <= 0 || pauses.paused()) {
            return;
        }
        try {
            ProviderBreakers.Failing failing = breakers.failing();
            for (String name : failing.halfOpen()) {
                claimAndSend(CLAIM_OF, List.of(name), Math.min(free, breakers.trials() - provider.inFlight(name)));
            }
            claimAndSend(CLAIM_OTHERS, provider.busy(failing, maxInFlight), maxInFlight - provider.inFlight());
            pauses.succeeded();
        } catch (SQLException e) {
            pauses.failed(e);
        }
    }

    private void claimAndSend(String claim, List<String> providers, int limit) throws SQLException {
        if (limit <= 0) {
            return;
        }
        long callUntil = ChargeLease.callUntil(System.nanoTime(), lease);
        List<OperationTask> tasks = Sql.query(dataSource, claim, row -> task(row, callUntil),
                Sql.column("text", providers, name -> name), limit, limit, lease.toMillis() / 1000.0);
        if (!tasks.isEmpty()) {
            CrashPoint.reached("operation-claimed");
        }
        tasks.forEach(provider::send);
    }

    private static OperationTask task(ResultSet row, long callUntil) throws SQLException {
        return new OperationTask(FindOperations.operation(row), row.getString("method"), row.getString("payment_reference"),
                row.getBoolean("ask"), row.getInt("attempts"), row.getInt("queries"),
                Sql.instant(row, "claimed_at"), callUntil);
    }
}
