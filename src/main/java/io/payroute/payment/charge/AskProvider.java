package io.payroute.payment.charge;

import java.sql.SQLException;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WakeUps;

/**
 * Has a provider asked now what became of a charge, where the next query would come later: after an outage the pauses are long. A
 * charge that somebody has claimed is left alone, and one that was never sent is no case for a query.
 */
@ApplicationScoped
@Named("askProvider")
public class AskProvider {

    /** What waits for its time has the same in both columns; who claims it moves due_at alone, to the end of the lease. */
    private static final String NOW = """
            UPDATE charge_work SET due_at = now(), not_before = now()
            WHERE payment_id = ? AND sent_at IS NOT NULL AND due_at = not_before AND due_at > now()""";
    /** What somebody has claimed is asked as the schedule has it, and says then that it is given up. */
    private static final String GIVE_UP = """
            UPDATE charge_work w SET given_up = true,
              due_at = CASE WHEN w.due_at = w.not_before THEN least(w.due_at, now()) ELSE w.due_at END,
              not_before = CASE WHEN w.due_at = w.not_before THEN least(w.not_before, now()) ELSE w.not_before END
            FROM payment_action a
            WHERE w.payment_id = ? AND w.sent_at IS NOT NULL AND a.payment_id = w.payment_id AND a.provider = w.provider""";

    private final DataSource database;

    public AskProvider(RoleDatabases databases) {
        this.database = databases.of(PaymentRole.NAME);
    }

    /** @throws Refusal 409 when there is nothing to ask, or it is being asked */
    public void now(Exchange exchange) throws SQLException {
        UUID id = PaymentHandler.id(exchange.getMessage().getHeader("id", String.class));
        if (Sql.update(database, NOW, id) == 0) {
            throw Refusal.conflict("No query of this payment waits: it has its outcome, or the provider is being asked.");
        }
    }

    /**
     * Has a payment ended that waits for its customer: the provider is asked now, and is to cancel what he has not confirmed.
     *
     * @return false where none waits for its customer
     */
    public boolean giveUp(UUID payment) throws SQLException {
        boolean waits = Sql.update(database, GIVE_UP, payment) > 0;
        if (waits) {
            CrashPoint.reached("payment-given-up");
            WakeUps.wake(PaymentQueues.CHARGES);
        }
        return waits;
    }
}
