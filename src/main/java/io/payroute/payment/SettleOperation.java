package io.payroute.payment;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.payroute.messaging.Sql;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.runtime.CrashPoint;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/**
 * Writes what came of a capture, a cancellation or a refund: the call, the operation, the payment and the event, in one
 * transaction. An operation ends once; an answer that comes after a provider's event has ended it is only recorded.
 */
@ApplicationScoped
class SettleOperation {

    private static final Logger LOG = Logger.getLogger(SettleOperation.class);
    private static final String CALLED = """
            INSERT INTO provider_call (payment_id, operation_id, provider, operation, attempt, outcome, detail, started_at,
              ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp())""";
    private static final String LATER = """
            UPDATE payment_operation SET due_at = ?, sent_at = CASE WHEN ? THEN NULL ELSE sent_at END
            WHERE id = ? AND attempts = ? AND queries = ? AND status = 'pending'""";

    private final DataSource dataSource;
    private final ChargeRules rules;
    private final ProviderBreakers breakers;
    private final MovePayment movePayment;
    private final OperationOutcomes outcomes;

    SettleOperation(RoleDatabases databases, ChargeRules rules, ProviderBreakers breakers, MovePayment movePayment,
            OperationOutcomes outcomes) {
        this.dataSource = databases.of(Roles.PAYMENT);
        this.rules = rules;
        this.breakers = breakers;
        this.movePayment = movePayment;
        this.outcomes = outcomes;
    }

    /** Returns after the commit. */
    void settle(OperationTask task, ProviderOutcome outcome) throws Exception {
        CrashPoint.reached("operation-after-provider-before-settle");
        breakers.record(task.provider(), task.ask(), outcome);
        Sql.inTransaction(dataSource, connection -> {
            settle(connection, task, outcome);
            return null;
        });
        CrashPoint.reached("operation-settled");
        outcomes.ended(task.id());
    }

    private void settle(Connection connection, OperationTask task, ProviderOutcome outcome) throws SQLException {
        Payment payment = MovePayment.lock(connection, task.paymentId()).orElseThrow();
        PaymentOperation operation = FindOperations.lock(connection, task.id()).orElseThrow();
        Sql.update(connection, CALLED, task.paymentId(), task.id(), task.provider(), task.call().operation(),
                task.ask() ? task.queries() : task.attempts(), outcome.word(), outcome.detail(), task.startedAt());
        if (operation.status() != PaymentOperation.Status.PENDING) {
            return;
        }
        if (outcome instanceof ProviderOutcome.Completed done) {
            succeed(connection, payment, operation, done);
        } else if (outcome instanceof ProviderOutcome.Declined declined) {
            movePayment.fail(connection, payment, operation, declined.detail());
        } else if (outcome instanceof ProviderOutcome.NotDone && !rules.mayRepeat(task) && task.ask()) {
            movePayment.fail(connection, payment, operation, "provider_unavailable");
        } else {
            boolean repeat = outcome instanceof ProviderOutcome.NotDone && rules.mayRepeat(task);
            Instant now = Instant.now();
            Sql.update(connection, LATER, repeat ? rules.repeatAt(task, now) : rules.askAt(task, now), repeat, task.id(),
                    task.attempts(), task.queries());
        }
    }

    /** The provider did it; if the payment has gone elsewhere meanwhile, that is for an operator. */
    private void succeed(Connection connection, Payment payment, PaymentOperation operation, ProviderOutcome.Completed done)
            throws SQLException {
        boolean fits = operation.kind() == Kind.REFUND || payment.status() == PaymentStatus.AUTHORIZED;
        if (fits) {
            movePayment.succeed(connection, payment, operation, reference(connection, operation, done));
        } else {
            LOG.errorf("event=operation-conflict paymentId=%s operation=%s status=%s", payment.id(), operation.kind().word(),
                    payment.status().word());
            movePayment.end(connection, operation, PaymentOperation.Status.FAILED, "state_conflict", null);
        }
    }

    /** A refund's reference is unique for its provider; a capture has the payment's. */
    private static String reference(Connection connection, PaymentOperation operation, ProviderOutcome.Completed done)
            throws SQLException {
        if (operation.kind() != Kind.REFUND || done.detail() == null) {
            return done.detail();
        }
        Optional<PaymentOperation> same = FindOperations.lockRefund(connection, operation.provider(), done.detail());
        return same.isEmpty() || same.get().id().equals(operation.id()) ? done.detail() : null;
    }
}
