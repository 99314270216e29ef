package io.payroute.payment;

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
 * Lets a claimed charge go to its provider only in the first half of its lease, so that the call ends before another worker
 * takes the payment over. A claim that waited longer, behind slow calls or in a paused process, is given back as if it had never
 * been made: charging now could charge twice.
 */
@ApplicationScoped
@Named("chargeLease")
public class ChargeLease {

    private static final Logger LOG = Logger.getLogger(ChargeLease.class);
    /** Changes nothing when somebody else has claimed the payment since. */
    private static final String GIVE_BACK = """
            UPDATE charge_work SET due_at = now(), sent_at = CASE WHEN ? THEN sent_at END, attempts = attempts - ?,
              queries = queries - ?
            WHERE payment_id = ? AND attempts = ? AND queries = ?""";

    private final DataSource dataSource;

    ChargeLease(RoleDatabases databases) {
        this.dataSource = databases.of(Roles.PAYMENT);
    }

    /** @param claimedAt in {@link System#nanoTime}, taken before the claim */
    static long callUntil(long claimedAt, Duration lease) {
        return claimedAt + lease.toNanos() / 2;
    }

    /** Ends the route for a claim that waited too long. */
    public void check(Exchange exchange) {
        ChargeTask task = exchange.getProperty(ChargeTask.PROPERTY, ChargeTask.class);
        if (System.nanoTime() - task.callUntil() <= 0) {
            return;
        }
        exchange.setRouteStop(true);
        try {
            Sql.update(dataSource, GIVE_BACK, task.ask(), task.ask() ? 0 : 1, task.ask() ? 1 : 0, task.payment().id(),
                    task.attempts(), task.queries());
        } catch (SQLException e) {
            // The lease ends by itself, and the next claim asks the provider first.
            LOG.warnf("event=charge-not-given-back paymentId=%s cause=%s", task.payment().id(), Causes.brief(e));
        }
    }
}
