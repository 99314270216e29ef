package io.payroute.payment.charge;

import java.sql.Connection;
import java.util.List;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.PaymentOutcomes;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.hook.HookDecision;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

/**
 * Carries out what the team's hook decided before a charge: the payment fails, or waits for a person. State, work row, the event
 * and what the history says of it are one commit; a decision whose claim is over changes nothing, and the hook is asked again.
 */
@ApplicationScoped
class EndBeforeCharge {

    private static final String OWN = """
            SELECT 1 FROM charge_work WHERE payment_id = ? AND due_at = ? AND due_at > now() AND sent_at IS NULL AND NOT released
            FOR UPDATE""";
    private static final String HOLD = "INSERT INTO payment_review (payment_id, reason) VALUES (?, ?)";
    private static final String TOLD = """
            INSERT INTO payment_event (payment_id, type, detail)
            VALUES (?, ?, jsonb_build_object('hook', 'payment-before-charge', 'reason', ?::text))""";

    private final DataSource dataSource;
    private final TransitionPayment transitionPayment;
    private final PaymentOutcomes outcomes;

    EndBeforeCharge(RoleDatabases databases, TransitionPayment transitionPayment, PaymentOutcomes outcomes) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.transitionPayment = transitionPayment;
        this.outcomes = outcomes;
    }

    void end(ChargeTask task, HookDecision decision) throws Exception {
        Sql.inTransaction(dataSource, connection -> {
            end(connection, task, decision);
            return null;
        });
        CrashPoint.reached("hook-held");
        outcomes.changed(List.of(task.id()));
    }

    private void end(Connection connection, ChargeTask task, HookDecision decision) throws Exception {
        Payment payment = TransitionPayment.lock(connection, task.id()).orElseThrow();
        boolean hold = decision.kind() == HookDecision.Kind.HOLD;
        PaymentState.Decision next = PaymentState.decide(payment.status(),
                hold ? PaymentFact.HELD : PaymentFact.DECLINED_HERE);
        boolean own = !Sql.query(connection, OWN, row -> true, task.id(), task.unreleased().until()).isEmpty();
        if (!own || next.effect() != PaymentState.Effect.TRANSITION) {
            return;
        }
        Sql.update(connection, TOLD, task.id(), hold ? "payment.held" : "payment.declined_by_hook", decision.reason());
        if (next.next() == PaymentStatus.REVIEW) {
            Sql.update(connection, HOLD, task.id(), decision.reason());
        }
        transitionPayment.become(connection, payment, next.next(), decision.reason(), null, payment.captured());
    }
}
