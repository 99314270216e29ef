package io.payroute.payment.event.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.MovePayment;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.query.FindOperations;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;

/**
 * Applies what a provider tells of by itself to our payment, by the same state machine and the same refund cap as its answers.
 * Events may come early, late, twice and out of order: what is known already has no effect, a late failure never overwrites a
 * success, what comes before the state that it follows on waits, and what contradicts our books is left to a person.
 */
@ApplicationScoped
public class MoveByEvent {

    private static final String BY_REFERENCE = """
            SELECT payment_id FROM provider_call WHERE provider = ? AND detail = ?
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

    private final MovePayment movePayment;
    private final MoveByCapture captures;
    private final MoveByRefund refunds;
    private final MoveByDispute disputes;

    MoveByEvent(MovePayment movePayment, MoveByCapture captures, MoveByRefund refunds, MoveByDispute disputes) {
        this.movePayment = movePayment;
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
            return byFormerProvider(event);
        }
        if (event.money() != null && !event.money().currency().equals(payment.money().currency())) {
            return Effect.CONFLICT;
        }
        return switch (event.kind()) {
            case AUTHORIZED -> authorized(connection, payment, event);
            case COMPLETED -> captures.completed(connection, payment, event);
            case FAILED -> failed(connection, payment, event);
            case CAPTURE_DECLINED -> captureDeclined(connection, payment, event);
            case CANCELLED -> cancelled(connection, payment, event);
            case CANCELLED_OR_REFUNDED -> cancelledOrRefunded(connection, payment, event);
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
            return MovePayment.lock(connection, event.paymentId());
        }
        String reference = event.reference() == null ? event.partReference() : event.reference();
        if (reference == null) {
            return Optional.empty();
        }
        List<UUID> ids = Sql.query(connection, BY_REFERENCE, row -> row.getObject(1, UUID.class), event.provider(), reference);
        return ids.isEmpty() ? Optional.empty() : MovePayment.lock(connection, ids.get(0));
    }

    /** It declined, and another provider took the payment over. Money that moves there now moves a second time. */
    private static Effect byFormerProvider(ProviderEvent event) {
        boolean moved = event.kind() == ProviderEvent.Kind.COMPLETED || event.kind() == ProviderEvent.Kind.AUTHORIZED;
        return moved || event.kind().isDispute() ? Effect.CONFLICT : Effect.NO_EFFECT;
    }

    private Effect authorized(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        return switch (payment.status()) {
            case PENDING -> Effect.NOT_YET;
            case PROCESSING, UNKNOWN -> {
                if (payment.capture()) {
                    // A step on the way to the charge.
                    yield Effect.NO_EFFECT;
                }
                if (amountDiffers(payment, event)) {
                    yield Effect.CONFLICT;
                }
                movePayment.leave(connection, payment, PaymentStatus.AUTHORIZED, null, event.reference());
                MoveByCapture.remember(connection, payment, event, "authorized", event.reference());
                yield Effect.APPLIED;
            }
            case FAILED -> Effect.CONFLICT;
            // Cancelled since, and the older news comes last; unless it was cancelled before it was authorised.
            case CANCELLED ->
                Sql.query(connection, WAS_AUTHORIZED, row -> true, payment.id()).isEmpty() ? Effect.CONFLICT : Effect.NO_EFFECT;
            default -> Effect.NO_EFFECT;
        };
    }

    private Effect failed(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        return switch (payment.status()) {
            case PENDING -> Effect.NOT_YET;
            case PROCESSING, UNKNOWN -> {
                // While our own call is on its way, its answer decides: it may have charged, or lead to another provider.
                if (isOnItsWay(connection, payment)) {
                    yield Effect.NOT_YET;
                }
                movePayment.leave(connection, payment, PaymentStatus.FAILED, reason(event, "declined"), null);
                yield Effect.APPLIED;
            }
            default -> Effect.NO_EFFECT;
        };
    }

    /** Of what was only to be authorised nothing is known by that, and our own capture has its answer by asking. */
    private Effect captureDeclined(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        return payment.capture() ? failed(connection, payment, event) : Effect.NO_EFFECT;
    }

    private Effect cancelledOrRefunded(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        return switch (payment.status()) {
            case COMPLETED, PARTIALLY_REFUNDED -> refunds.refundedAll(connection, payment, event);
            default -> cancelled(connection, payment, event);
        };
    }

    /** A charge that was sent once more, after the provider had said that it knew of none, is on its way too. */
    private static boolean isOnItsWay(Connection connection, Payment payment) throws SQLException {
        Sql.query(connection, LOCK_WORK, row -> true, payment.id());
        boolean answerIsOpen = payment.status() == PaymentStatus.UNKNOWN
                || !Sql.query(connection, UNDECIDED, row -> true, payment.id()).isEmpty();
        return !answerIsOpen || !Sql.query(connection, NOTHING_HEARD, row -> true, payment.id()).isEmpty();
    }

    private Effect cancelled(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        return switch (payment.status()) {
            case PENDING -> Effect.NOT_YET;
            case PROCESSING, UNKNOWN -> failed(connection, payment, event);
            case AUTHORIZED -> {
                for (PaymentOperation open : FindOperations.lockOpen(connection, payment.id())) {
                    if (open.kind() == Kind.CANCEL) {
                        movePayment.end(connection, open, PaymentOperation.Status.SUCCEEDED, null, null);
                    } else {
                        movePayment.overtake(connection, open);
                    }
                }
                movePayment.leave(connection, payment, PaymentStatus.CANCELLED, reason(event, "cancelled_by_provider"),
                        event.reference());
                yield Effect.APPLIED;
            }
            default -> Effect.NO_EFFECT;
        };
    }

    private static boolean amountDiffers(Payment payment, ProviderEvent event) {
        return event.money() != null && event.money().minor() != payment.money().minor();
    }

    private static String reason(ProviderEvent event, String otherwise) {
        return event.reason() == null ? otherwise : event.reason();
    }
}
