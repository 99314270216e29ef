package io.payroute.payment.charge;

import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.jboss.logging.Logger;

import io.payroute.messaging.Sql;
import io.payroute.runtime.Causes;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/**
 * Lets a claimed charge or operation go to its provider only in the first half of its lease, so that the call ends before another worker
 * takes the payment over. A claim that waited longer, behind slow calls or in a paused process, is given back as if it had never
 * been made: charging now could charge twice.
 */
@ApplicationScoped
@Named("chargeLease")
public class ChargeLease {

    private static final Logger LOG = Logger.getLogger(ChargeLease.class);
    /** Changes nothing when somebody else has claimed the payment since. */
    private static final String GIVE_BACK = """
            UPDATE %s SET due_at = now(), sent_at = CASE WHEN ? THEN sent_at END, attempts = attempts - ?,
              queries = queries - ?
            WHERE %s = ? AND attempts = ? AND queries = ? AND due_at IS NOT NULL""";
    private static final String CHARGE = GIVE_BACK.formatted("charge_work", "payment_id");
    private static final String OPERATION = GIVE_BACK.formatted("payment_operation", "id");

    private final DataSource dataSource;

    public ChargeLease(RoleDatabases databases) {
        this.dataSource = databases.of(Roles.PAYMENT);
    }

    /** @param claimedAt in {@link System#nanoTime}, taken before the claim */
    public static long callUntil(long claimedAt, Duration lease) {
        return claimedAt + lease.toNanos() / 2;
    }

    /** Ends the route for a claim that waited too long. */
    public void check(Exchange exchange) {
        ProviderTask task = exchange.getProperty(ProviderTask.PROPERTY, ProviderTask.class);
        if (System.nanoTime() - task.callUntil() <= 0) {
            return;
        }
        exchange.setRouteStop(true);
        try {
            Sql.update(dataSource, task instanceof ChargeTask ? CHARGE : OPERATION, task.ask(), task.ask() ? 0 : 1,
                    task.ask() ? 1 : 0, task.id(), task.attempts(), task.queries());
        } catch (SQLException e) {
            // The lease ends by itself, and the next claim asks the provider first.
            LOG.warnf("event=charge-not-given-back paymentId=%s cause=%s", task.paymentId(), Causes.brief(e));
        }
    }
}
