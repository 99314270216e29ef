package io.payroute.payment.review;

import java.sql.Connection;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.PaymentOutcomes;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.Sql;

/**
 * Takes a person's decision on a payment that the team's hook holds: state, work row, who decided and why, in one commit on the locked
 * payment. What is approved is due as a charge that no hook is asked about again; of two decisions the second finds another state.
 */
@ApplicationScoped
public class ReviewPayment {

    /** The work row as it would be after the hook has let the payment go. */
    private static final String DUE = """
            INSERT INTO charge_work (payment_id, provider, due_at, released) VALUES (?, ?, now(), true)""";
    private static final String TOLD = """
            INSERT INTO payment_event (payment_id, type, detail)
            VALUES (?, ?, jsonb_strip_nulls(jsonb_build_object('by', ?::text, 'reason', ?::text)))""";

    /** @param reason why, for the history; of a rejection also for the caller of the payment */
    record Decision(UUID paymentId, boolean approved, String reason, Idempotency.Key key) {
    }

    private final DataSource dataSource;
    private final TransitionPayment transitionPayment;
    private final PaymentOutcomes outcomes;

    ReviewPayment(RoleDatabases databases, TransitionPayment transitionPayment, PaymentOutcomes outcomes) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.transitionPayment = transitionPayment;
        this.outcomes = outcomes;
    }

    /**
     * @return true when an earlier request with this key decided
     * @throws Refusal 404 when there is no such payment, 409 when it is not held
     */
    boolean decide(Decision decision) throws Exception {
        boolean replayed = Sql.inTransaction(dataSource, connection -> {
            if (Idempotency.claim(connection, decision.key(), decision.paymentId()).isPresent()) {
                return true;
            }
            decide(connection, decision);
            CrashPoint.reached("review-before-commit");
            return false;
        });
        CrashPoint.reached("review-after-commit");
        outcomes.changed(List.of(decision.paymentId()));
        return replayed;
    }

    private void decide(Connection connection, Decision decision) throws Exception {
        Payment payment = TransitionPayment.lock(connection, decision.paymentId()).orElseThrow(PaymentHandler::noPayment);
        PaymentState.Decision next = PaymentState.decide(payment.status(),
                decision.approved() ? PaymentFact.APPROVED : PaymentFact.REJECTED);
        if (next.effect() == PaymentState.Effect.REFUSE) {
            throw Refusal.conflict("A payment that is " + payment.status().word() + " cannot be "
                    + (decision.approved() ? "approved." : "rejected."));
        }
        Sql.update(connection, TOLD, payment.id(), decision.approved() ? "payment.approved" : "payment.rejected",
                decision.key().caller(), decision.reason());
        if (decision.approved()) {
            transitionPayment.begin(connection, payment, next.next());
            Sql.update(connection, DUE, payment.id(), payment.provider());
        } else {
            transitionPayment.become(connection, payment, next.next(), decision.reason(), null, payment.captured());
        }
    }
}
