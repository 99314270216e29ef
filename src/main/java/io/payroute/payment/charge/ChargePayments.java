package io.payroute.payment.charge;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.IntUnaryOperator;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.http.AcceptFirst;
import io.payroute.messaging.Pauses;
import io.payroute.messaging.Sql;
import io.payroute.payment.model.Payment;
import io.payroute.payment.query.FindPayments;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderTries;
import io.payroute.runtime.CrashPoint;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/**
 * Claims due charges and sends each through {@code direct:payment-charge}. As many run at once as
 * {@code payment.charge.max-in-flight} says; a charge that waits for its provider holds no thread.
 * <p>
 * A claim is a lease: it marks the charge as sent before anything leaves the process. A claim that finds that mark has a
 * predecessor whose answer was lost with its process, and asks the provider instead of charging again.
 * <p>
 * A provider that is slow takes three quarters of the places at most (and one claim more); the rest is kept for the others.
 */
@ApplicationScoped
@Named("chargePayments")
public class ChargePayments {

    private static final String CLAIM = """
            , claimed AS (
              UPDATE charge_work w SET due_at = now() + make_interval(secs => ?), sent_at = coalesce(w.sent_at, now()),
                attempts = w.attempts + CASE WHEN d.ask THEN 0 ELSE 1 END,
                queries = w.queries + CASE WHEN d.ask THEN 1 ELSE 0 END
              FROM due d WHERE w.payment_id = d.id
              RETURNING w.payment_id, d.ask, w.attempts, w.queries, w.provider, w.sent_at),
            started AS (
              UPDATE payment SET status = 'processing', updated_at = now()
              WHERE id = ANY (ARRAY (SELECT payment_id FROM claimed)) AND status = 'pending')
            SELECT w.ask, w.attempts, w.queries, w.provider AS claimed_for, now() AS claimed_at,
              (1000 * extract(epoch FROM now() - w.sent_at))::int8 AS key_age,
              CASE WHEN w.attempts > 1 AND w.queries = 0 THEN %s END AS tries, p.*
            FROM claimed w CROSS JOIN LATERAL (SELECT * FROM payment WHERE id = w.payment_id LIMIT 1) p"""
            .formatted(ProviderTries.COLUMN);
    private static final String CLAIM_OTHERS = DueByProvider.others("charge_work", "payment_id") + CLAIM;
    private static final String CLAIM_OF = DueByProvider.named("charge_work", "payment_id") + CLAIM;
    /** After a look that found no charge to reroute, the next one comes so much later: it reads all that waits. */
    private static final long REROUTE_PAUSE_NANOS = Duration.ofMillis(250).toNanos();

    private final DataSource dataSource;
    private final SendToProvider provider;
    private final ProviderBreakers breakers;
    private final RerouteCharges reroute;
    private final IntUnaryOperator pace;
    private final int maxInFlight;
    private final int claimSize;
    private final Duration lease;
    private final Pauses pauses = new Pauses("charging", Roles.PAYMENT);
    private long rerouteAt = System.nanoTime();

    @Inject
    ChargePayments(RoleDatabases databases, CamelContext camel, ProviderBreakers breakers, RerouteCharges reroute,
            AcceptFirst acceptFirst,
            @ConfigProperty(name = "payment.charge.max-in-flight") int maxInFlight,
            @ConfigProperty(name = "payment.charge.claim-size") int claimSize,
            @ConfigProperty(name = "payment.charge.lease") Duration lease) {
        this(databases, camel, breakers, reroute, acceptFirst::limit, maxInFlight, claimSize, lease);
    }

    /** @param pace how much of what could be claimed may be claimed at this look */
    ChargePayments(RoleDatabases databases, CamelContext camel, ProviderBreakers breakers, RerouteCharges reroute,
            IntUnaryOperator pace,
            int maxInFlight, int claimSize, Duration lease) {
        this.dataSource = databases.of(Roles.PAYMENT);
        this.provider = new SendToProvider(camel);
        this.breakers = breakers;
        this.reroute = reroute;
        this.pace = pace;
        this.maxInFlight = maxInFlight;
        this.claimSize = claimSize;
        this.lease = lease;
    }

    /**
     * Claims and sends until nothing is due or the places are taken; returns without waiting for any answer. Failures of the
     * database pause it; they are logged, not thrown.
     */
    public synchronized void dispatch() {
        if (pauses.paused()) {
            return;
        }
        try {
            claimAndSend();
            pauses.succeeded();
        } catch (SQLException e) {
            pauses.failed(e);
        }
    }

    private void claimAndSend() throws SQLException {
        int left = pace.applyAsInt(Integer.MAX_VALUE);
        int free;
        while ((free = Math.min(Math.min(claimSize, left), maxInFlight - provider.inFlight())) > 0) {
            ProviderBreakers.Failing failing = breakers.failing();
            reroute(failing.open(), free);
            for (String name : failing.halfOpen()) {
                left -= claimAndSend(CLAIM_OF, List.of(name), Math.min(free, breakers.trials() - provider.inFlight(name)));
            }
            int rest = Math.min(Math.min(claimSize, left), maxInFlight - provider.inFlight());
            int sent = claimAndSend(CLAIM_OTHERS, provider.busy(failing, maxInFlight), rest);
            left -= sent;
            if (sent < rest) {
                return;
            }
        }
    }

    /** @return how many */
    private int claimAndSend(String claim, List<String> providers, int limit) throws SQLException {
        if (limit <= 0) {
            return 0;
        }
        long callUntil = ChargeLease.callUntil(System.nanoTime(), lease);
        List<ChargeTask> tasks = Sql.query(dataSource, claim, row -> task(row, callUntil),
                Sql.column("text", providers, name -> name), limit, limit, lease.toMillis() / 1000.0);
        if (!tasks.isEmpty()) {
            CrashPoint.reached("claim-after-commit");
        }
        tasks.forEach(provider::send);
        return tasks.size();
    }

    private void reroute(List<String> open, int limit) throws SQLException {
        if (!open.isEmpty() && System.nanoTime() - rerouteAt >= 0 && reroute.around(open, limit) == 0) {
            rerouteAt = System.nanoTime() + REROUTE_PAUSE_NANOS;
        }
    }

    /** Charges and queries that have been sent and not yet settled. */
    public int inFlight() {
        return provider.inFlight();
    }

    private static ChargeTask task(ResultSet row, long callUntil) throws SQLException {
        // The work row was locked and is the truth; the payment may have been read before a change of provider.
        Payment payment = FindPayments.payment(row).at(row.getString("claimed_for"));
        return new ChargeTask(payment, row.getBoolean("ask"), row.getInt("attempts"), row.getInt("queries"),
                Sql.instant(row, "claimed_at"), callUntil, Sql.duration(row, "key_age"), row.getString("provider_rule"),
                ProviderTries.read(row, "tries"));
    }
}
