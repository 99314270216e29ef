package io.payroute.payment.event.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.query.FindOperations;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;

/**
 * Applies what a provider tells of by itself to our payment, by the same {@link PaymentState} and the same refund cap as its answers.
 * Events may come early, late, twice and out of order: what is known already has no effect, a late failure never overwrites a
 * success, what comes before the state that it follows on waits, and what contradicts our books is left to a person.
 */
@ApplicationScoped
public class ApplyEvent {

    private static final String BY_REFERENCE = """
            SELECT payment_id FROM provider_call WHERE provider = ? AND hashtext(detail) = hashtext(?) AND detail = ?
              AND outcome IN ('completed', 'authorized', 'pending') LIMIT 1""";
    private static final String UNDECIDED = """
            SELECT 1 FROM provider_call WHERE payment_id = ? AND outcome = 'pending' AND operation <> 'refund' LIMIT 1""";
    /** Waits for a worker that is just claiming the charge. */
    private static final String LOCK_WORK = "SELECT 1 FROM charge_work WHERE payment_id = ? FOR UPDATE";
    private static final String NOTHING_HEARD = """
            SELECT 1 FROM charge_work w WHERE w.payment_id = ? AND w.sent_at IS NOT NULL AND NOT EXISTS (
              SELECT 1 FROM provider_call c WHERE c.payment_id = w.payment_id AND c.ended_at > w.sent_at)""";
    private static final String WAS_AUTHORIZED = """
            SELECT 1 FROM payment_transition WHERE payment_id = ? AND to_status = 'authorized' LIMIT 1""";

    private final TransitionPayment transitionPayment;
    private final ApplyCapture captures;
    private final ApplyRefund refunds;
    private final ApplyDispute disputes;

    ApplyEvent(TransitionPayment transitionPayment, ApplyCapture captures, ApplyRefund refunds, ApplyDispute disputes) {
        this.transitionPayment = transitionPayment;
        this.captures = captures;
        this.refunds = refunds;
        this.disputes = disputes;
    }

    /** The payment that an event is about, if it is here. */
    public Optional<UUID> paymentOf(Connection connection, ProviderEvent event) throws SQLException {
        return find(connection, event).map(Payment::id);
    }

    /** Part of the caller's transaction, so that the event is marked as applied together with its effect. */
    public Effect apply(Connection connection, ProviderEvent event) throws SQLException {
        if (event.kind() == ProviderEvent.Kind.OTHER || event.kind() == ProviderEvent.Kind.UNDECLARED) {
            return Effect.NO_EFFECT;
        }
        Optional<Payment> found = find(connection, event);
        if (found.isEmpty()) {
            return Effect.NOT_YET;
        }
        Payment payment = found.get();
        if (!payment.provider().equals(event.provider())) {
            return EventEffect.of(decide(payment, atFormerProvider(event.kind())));
        }
        if (event.money() != null && !event.money().currency().equals(payment.money().currency())) {
            return EventEffect.of(decide(payment, PaymentFact.OTHER_CURRENCY));
        }
        return switch (event.kind()) {
            case AUTHORIZED -> authorized(connection, payment, event);
            case COMPLETED -> captures.completed(connection, payment, event);
            case FAILED, CAPTURE_DECLINED, CANCELLED, CANCELLED_OR_REFUNDED -> ended(connection, payment, event);
            case REFUNDED -> refunds.refunded(connection, payment, event);
            case REFUND_FAILED -> refunds.failed(connection, payment, event);
            case CAPTURE_FAILED -> captures.failed(connection, payment, event);
            case DISPUTE_OPENED, DISPUTE_UNDER_REVIEW, DISPUTE_WON, DISPUTE_LOST, DISPUTE_CLOSED, FUNDS_WITHDRAWN,
                    FUNDS_REINSTATED ->
                disputes.apply(connection, payment, event);
            case OTHER, UNDECLARED -> Effect.NO_EFFECT;
        };
    }

    private static Optional<Payment> find(Connection connection, ProviderEvent event) throws SQLException {
        if (event.paymentId() != null) {
            return TransitionPayment.lock(connection, event.paymentId());
        }
        String reference = event.reference() == null ? event.partReference() : event.reference();
        if (reference == null) {
            return Optional.empty();
        }
        List<UUID> ids = Sql.query(connection, BY_REFERENCE, row -> row.getObject(1, UUID.class), event.provider(), reference,
                reference);
        return ids.isEmpty() ? Optional.empty() : TransitionPayment.lock(connection, ids.get(0));
    }

    /** It declined, and another provider took the payment over. Money that moves there now moves a second time. */
    private static PaymentFact atFormerProvider(ProviderEvent.Kind kind) {
        boolean moved = kind == ProviderEvent.Kind.COMPLETED || kind == ProviderEvent.Kind.AUTHORIZED || kind.isDispute();
        return moved ? PaymentFact.AT_FORMER_PROVIDER : PaymentFact.KNOWN;
    }

    private static Decision decide(Payment payment, PaymentFact fact) {
        return PaymentState.decide(payment.status(), fact);
    }

    private Effect authorized(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        Decision decision = decide(payment, EventFacts.of(payment, event));
        if (decision.effect() == PaymentState.Effect.CONFLICT
                && !Sql.query(connection, WAS_AUTHORIZED, row -> true, payment.id()).isEmpty()) {
            decision = decide(payment, PaymentFact.AUTHORIZED_BEFORE);
        }
        if (decision.effect() == PaymentState.Effect.TRANSITION) {
            transitionPayment.become(connection, payment, decision.next(), null, event.reference(), payment.captured());
            ApplyCapture.remember(connection, payment, event, "authorized", event.reference());
        }
        return EventEffect.of(decision);
    }

    /** Whatever ends a payment, or undoes it. */
    private Effect ended(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        Decision decision = decide(payment, EventFacts.of(payment, event));
        if (decision.effect() != PaymentState.Effect.TRANSITION) {
            return EventEffect.of(decision);
        }
        switch (decision.next()) {
            case FAILED -> {
                if (isOnItsWay(connection, payment)) {
                    return EventEffect.of(decide(payment, PaymentFact.REFUSED_MEANWHILE));
                }
                transitionPayment.become(connection, payment, decision.next(), reason(event, "declined"), null,
                        payment.captured());
            }
            case CANCELLED -> {
                endOpen(connection, payment);
                transitionPayment.become(connection, payment, decision.next(), reason(event, "cancelled_by_provider"),
                        event.reference(), payment.captured());
            }
            default -> {
                return refunds.refundedAll(connection, payment, event);
            }
        }
        return EventEffect.of(decision);
    }

    private void endOpen(Connection connection, Payment payment) throws SQLException {
        for (PaymentOperation open : FindOperations.lockOpen(connection, payment.id())) {
            if (open.kind() == Kind.CANCEL) {
                transitionPayment.end(connection, open, PaymentOperation.Status.SUCCEEDED, null, null);
            } else {
                transitionPayment.overtake(connection, open);
            }
        }
    }

    /** Our own call. A charge that was sent once more, after the provider had said that it knew of none, is on its way too. */
    private static boolean isOnItsWay(Connection connection, Payment payment) throws SQLException {
        Sql.query(connection, LOCK_WORK, row -> true, payment.id());
        boolean answerIsOpen = payment.status() == PaymentStatus.UNKNOWN
                || !Sql.query(connection, UNDECIDED, row -> true, payment.id()).isEmpty();
        return !answerIsOpen || !Sql.query(connection, NOTHING_HEARD, row -> true, payment.id()).isEmpty();
    }

    private static String reason(ProviderEvent event, String otherwise) {
        return event.reason() == null ? otherwise : event.reason();
    }
}
