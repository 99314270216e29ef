package io.payroute.payment.charge;

import java.sql.SQLException;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

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

    private final DataSource database;

    AskProvider(RoleDatabases databases) {
        this.database = databases.of(PaymentRole.NAME);
    }

    /** @throws Refusal 409 when there is nothing to ask, or it is being asked */
    public void now(Exchange exchange) throws SQLException {
        UUID id = PaymentHandler.id(exchange.getMessage().getHeader("id", String.class));
        if (Sql.update(database, NOW, id) == 0) {
            throw Refusal.conflict("No query of this payment waits: it has its outcome, or the provider is being asked.");
        }
    }
}
