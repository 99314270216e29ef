package io.payroute.payment.operation;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.payroute.payment.MovePayment;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.charge.ChargeRules;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WakeUps;
import io.vertx.core.json.JsonObject;

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
    /** Kept in the payment's history, and counted by the queue "provider-conflicts". */
    private static final String CONFLICT = """
            INSERT INTO payment_event (payment_id, type, detail) VALUES (?, 'provider.conflict', ?::jsonb)""";
    private static final String LATER = """
            UPDATE payment_operation SET due_at = now() + ? * interval '1 millisecond',
              sent_at = CASE WHEN ? THEN NULL ELSE sent_at END,
              provider_reference = coalesce(?, provider_reference)
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
        Duration again = Sql.inTransaction(dataSource, connection -> settle(connection, task, outcome));
        CrashPoint.reached("operation-settled");
        if (again != null) {
            WakeUps.wake(PaymentQueues.OPERATIONS, again);
        }
        outcomes.ended(task.id());
    }

    /** @return how long until it is looked at again, or null */
    private Duration settle(Connection connection, OperationTask task, ProviderOutcome outcome) throws SQLException {
        Payment payment = MovePayment.lock(connection, task.paymentId()).orElseThrow();
        PaymentOperation operation = FindOperations.lock(connection, task.id()).orElseThrow();
        Sql.update(connection, CALLED, task.paymentId(), task.id(), task.provider(), task.call().operation(),
                task.ask() ? task.queries() : task.attempts(), outcome.word(), outcome.detail(), task.startedAt());
        if (operation.status() != PaymentOperation.Status.PENDING) {
            if (operation.status() == PaymentOperation.Status.FAILED && outcome instanceof ProviderOutcome.Completed) {
                contradiction(connection, payment, operation, operation.money().minor());
            }
            return null;
        }
        if (outcome instanceof ProviderOutcome.Completed done) {
            succeed(connection, payment, operation, done);
        } else if (outcome instanceof ProviderOutcome.Declined declined) {
            movePayment.fail(connection, payment, operation, declined.detail());
        } else if (outcome instanceof ProviderOutcome.NotDone && !rules.mayRepeat(task) && task.ask()) {
            movePayment.fail(connection, payment, operation, "provider_unavailable");
        } else {
            boolean repeat = outcome instanceof ProviderOutcome.NotDone && rules.mayRepeat(task);
            Duration pause = repeat ? rules.repeatAfter(task) : rules.askAfter(task);
            String reference = outcome instanceof ProviderOutcome.Pending && operation.kind() == Kind.REFUND
                    && !countedAlready(connection, operation, outcome.detail()) ? outcome.detail() : null;
            Sql.update(connection, LATER, pause.toMillis(), repeat, reference,
                    task.id(), task.attempts(), task.queries());
            return pause;
        }
        return null;
    }

    /** The provider did it; if the payment has gone elsewhere meanwhile, that is for an operator. */
    private void succeed(Connection connection, Payment payment, PaymentOperation operation, ProviderOutcome.Completed done)
            throws SQLException {
        if (operation.kind() == Kind.REFUND && countedAlready(connection, operation, done.detail())) {
            movePayment.fail(connection, payment, operation, "counted_already");
        } else if (operation.kind() == Kind.REFUND || payment.status() == PaymentStatus.AUTHORIZED) {
            long moved = done.moved(operation.money());
            long room = room(payment, operation);
            if (moved > room) {
                contradiction(connection, payment, operation, moved);
            }
            movePayment.succeed(connection, payment, operation, Math.min(moved, room), done.detail());
        } else {
            contradiction(connection, payment, operation, done.moved(operation.money()));
            movePayment.end(connection, operation, PaymentOperation.Status.FAILED, "state_conflict", null);
        }
    }

    /** What this operation can move at most, in our books. */
    private static long room(Payment payment, PaymentOperation operation) {
        return operation.kind() == Kind.REFUND
                ? payment.captured() - payment.refundClaimed() + operation.money().minor()
                : payment.money().minor();
    }

    /** The provider told of this very refund by an event that did not fit ours, and it was counted as one of its own. */
    private static boolean countedAlready(Connection connection, PaymentOperation refund, String reference)
            throws SQLException {
        return reference != null && FindOperations.lockRefund(connection, refund.provider(), reference)
                .filter(same -> !same.id().equals(refund.id())).isPresent();
    }

    private static void contradiction(Connection connection, Payment payment, PaymentOperation operation, long moved)
            throws SQLException {
        LOG.errorf("event=provider-conflict paymentId=%s operation=%s status=%s", payment.id(), operation.kind().word(),
                payment.status().word());
        Sql.update(connection, CONFLICT, payment.id(), new JsonObject().put("provider", operation.provider())
                .put("operation", operation.kind().word()).put("status", payment.status().word()).put("amount_minor", moved)
                .encode());
    }
}
