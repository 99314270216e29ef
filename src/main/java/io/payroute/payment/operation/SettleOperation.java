package io.payroute.payment.operation;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.charge.ChargeRules;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.model.ProviderOutcome.Completed;
import io.payroute.payment.model.ProviderOutcome.Pending;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
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
    private final TransitionPayment transitionPayment;
    private final OperationOutcomes outcomes;

    SettleOperation(RoleDatabases databases, ChargeRules rules, ProviderBreakers breakers, TransitionPayment transitionPayment,
            OperationOutcomes outcomes) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.rules = rules;
        this.breakers = breakers;
        this.transitionPayment = transitionPayment;
        this.outcomes = outcomes;
    }

    /** Returns after the commit. */
    void settle(OperationTask task, ProviderOutcome outcome) throws Exception {
        CrashPoint.reached("operation-after-provider-before-settle");
        breakers.record(task.provider(), task.statusQuery(), outcome);
        Duration again = Sql.inTransaction(dataSource, connection -> settle(connection, task, outcome));
        CrashPoint.reached("operation-settled");
        if (again != null) {
            WakeUps.wake(PaymentQueues.OPERATIONS, again);
        }
        outcomes.ended(task.id());
    }

    /** @return how long until it is due again, or null */
    private Duration settle(Connection connection, OperationTask task, ProviderOutcome outcome) throws SQLException {
        Payment payment = TransitionPayment.lock(connection, task.paymentId()).orElseThrow();
        PaymentOperation operation = FindOperations.lock(connection, task.id()).orElseThrow();
        Sql.update(connection, CALLED, task.paymentId(), task.id(), task.provider(), task.call().operation(),
                task.statusQuery() ? task.queries() : task.attempts(), outcome.word(), outcome.detail(), task.startedAt());
        boolean counted = operation.kind() == Kind.REFUND && (outcome instanceof Completed || outcome instanceof Pending)
                && countedAlready(connection, operation, outcome.detail());
        Decision decision = PaymentState.decide(payment.status(),
                PaymentFacts.ofOperation(payment, operation, outcome, task.statusQuery(), rules.mayRepeat(task), counted));
        return switch (decision.effect()) {
            case TRANSITION -> succeed(connection, payment, decision.next(), operation, (Completed) outcome);
            case BOOK -> {
                transitionPayment.fail(connection, payment, operation, reason(outcome));
                yield null;
            }
            case DUE -> later(connection, task, rules.repeatAfter(task), true, null);
            case QUERY -> later(connection, task, rules.queryAfter(task), false,
                    outcome instanceof Pending && operation.kind() == Kind.REFUND && !counted ? outcome.detail() : null);
            case NONE -> null;
            default -> contradict(connection, payment, operation, (Completed) outcome);
        };
    }

    private static String reason(ProviderOutcome outcome) {
        return outcome instanceof Completed
                ? "counted_already"
                : outcome instanceof ProviderOutcome.Declined ? outcome.detail() : "provider_unavailable";
    }

    private static Duration later(Connection connection, OperationTask task, Duration pause, boolean repeat, String reference)
            throws SQLException {
        Sql.update(connection, LATER, pause.toMillis(), repeat, reference, task.id(), task.attempts(), task.queries());
        return pause;
    }

    /** What the provider moved is booked as far as there is room for it. */
    private Duration succeed(Connection connection, Payment payment, PaymentStatus next, PaymentOperation operation,
            Completed done) throws SQLException {
        long moved = done.moved(operation.money());
        long room = PaymentFacts.room(payment, operation);
        if (moved > room) {
            contradiction(connection, payment, operation, moved);
        }
        transitionPayment.succeed(connection, payment, next, operation, Math.min(moved, room), done.detail());
        return null;
    }

    /** The provider did it, and the payment has gone elsewhere meanwhile: that is for an operator. */
    private Duration contradict(Connection connection, Payment payment, PaymentOperation operation, Completed done)
            throws SQLException {
        boolean ended = operation.status() != PaymentOperation.Status.PENDING;
        contradiction(connection, payment, operation, ended ? operation.money().minor() : done.moved(operation.money()));
        if (!ended) {
            transitionPayment.fail(connection, payment, operation, "state_conflict");
        }
        return null;
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
