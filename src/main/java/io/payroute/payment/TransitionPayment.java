package io.payroute.payment;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.query.FindPayments;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.Sql;

/**
 * The transitions of one payment outside the charge's fast path: by the answer to a capture, a cancellation or a refund, and by a
 * provider's event. Each is part of the caller's transaction, works on a payment that this transaction has locked, and writes
 * its event with it. The state it takes is decided by {@link io.payroute.payment.model.PaymentState}. All share one cap: what is refunded or may still be is never more than what was captured.
 */
@ApplicationScoped
public class TransitionPayment {

    private static final String LOCK = "SELECT * FROM payment WHERE id = ? FOR UPDATE";
    private static final String MOVE = """
            UPDATE payment SET status = ?, reason = ?, provider_reference = coalesce(?, provider_reference),
              captured_minor = ?, refund_claimed_minor = ?, refunded_minor = ?, updated_at = now(),
              processed_at = CASE WHEN ? THEN now() ELSE processed_at END
            WHERE id = ?""";
    private static final String END = """
            UPDATE payment_operation SET status = ?, reason = ?, provider_reference = coalesce(?, provider_reference),
              due_at = NULL, ended_at = now() WHERE id = ?""";
    private static final String BOOK = "UPDATE payment_operation SET amount_minor = ? WHERE id = ?";
    /** Part of the payment's history. */
    private static final String DIFFERS = """
            INSERT INTO payment_event (payment_id, type, detail) VALUES (?, 'operation.differs',
              jsonb_build_object('operation_id', ?::text, 'operation', ?::text, 'asked_minor', ?::int8, 'amount_minor', ?::int8))""";
    /** Why a payment is cancelled that a caller has cancelled. */
    public static final String BY_CALLER = "cancelled_by_caller";
    private static final String NO_MORE_WORK = "DELETE FROM charge_work WHERE payment_id = ?";

    private static final String NO_MORE_REVIEW = "DELETE FROM payment_review WHERE payment_id = ?";

    private final String topic;

    public TransitionPayment(@ConfigProperty(name = "topic.payment-status-updated") String topic) {
        this.topic = topic;
    }

    /** The payment comes first, then its work and its operations: everybody locks in this order. */
    public static Optional<Payment> lock(Connection connection, UUID id) throws SQLException {
        return Sql.query(connection, LOCK, FindPayments::payment, id).stream().findFirst();
    }

    /** Takes the payment to its next state, and announces it. @param captured of its money, afterwards */
    public void become(Connection connection, Payment payment, PaymentStatus next, String reason, String reference,
            long captured) throws SQLException {
        transition(connection, payment, next, reason, reference, captured, payment.refundClaimed(), payment.refunded());
    }

    /** A charge is begun, again where a person approved it; this is not announced. */
    public void begin(Connection connection, Payment payment, PaymentStatus next) throws SQLException {
        store(connection, payment, next, null, null, payment.captured(), payment.refundClaimed(), payment.refunded());
        Sql.update(connection, NO_MORE_REVIEW, payment.id());
    }

    /** More money of what was authorised moved, or less; the state stays. */
    public void capture(Connection connection, Payment payment, long captured) throws SQLException {
        store(connection, payment, payment.status(), payment.reason(), null, captured, payment.refundClaimed(),
                payment.refunded());
    }

    /** Sets an amount aside for a refund that is about to be requested. @param payment with room for it */
    public void claimRefund(Connection connection, Payment payment, long amount) throws SQLException {
        store(connection, payment, payment.status(), payment.reason(), null, payment.captured(),
                payment.refundClaimed() + amount, payment.refunded());
    }

    /** A refund of ours was made over this amount, which may differ from the requested one. @param payment with room for it */
    public void refunded(Connection connection, Payment payment, PaymentStatus next, PaymentOperation refund, long amount,
            String reference) throws SQLException {
        end(connection, refund, amount, reference);
        refund(connection, payment, next, payment.refunded(refund.money().minor(), amount));
    }

    /** Ends an operation as done, with the amount that moved. */
    public void end(Connection connection, PaymentOperation operation, long amount, String reference) throws SQLException {
        end(connection, operation, PaymentOperation.Status.SUCCEEDED, null, reference);
        if (amount != operation.money().minor()) {
            Sql.update(connection, BOOK, amount, operation.id());
            Sql.update(connection, DIFFERS, operation.paymentId(), operation.id().toString(), operation.kind().word(),
                    operation.money().minor(), amount);
        }
    }

    /** A refund was made that nobody here had requested. @param payment with room for it */
    public void refundUnrequested(Connection connection, Payment payment, PaymentStatus next, long amount) throws SQLException {
        refund(connection, payment, next, payment.refunded(0, amount));
    }

    private void refund(Connection connection, Payment payment, PaymentStatus next, Payment after) throws SQLException {
        transition(connection, payment, next, null, null, after.captured(), after.refundClaimed(), after.refunded());
    }

    /** A claimed refund will not be made: its amount is free again. */
    void releaseRefund(Connection connection, Payment payment, long amount) throws SQLException {
        store(connection, payment, payment.status(), payment.reason(), null, payment.captured(),
                payment.refundClaimed() - amount, payment.refunded());
    }

    /** Ends an operation as done, and takes the payment to its next state. @param moved as the provider says; there is room for it */
    public void succeed(Connection connection, Payment payment, PaymentStatus next, PaymentOperation operation, long moved,
            String reference) throws SQLException {
        switch (operation.kind()) {
            case REFUND -> refunded(connection, payment, next, operation, moved, reference);
            case CAPTURE -> {
                end(connection, operation, moved, reference);
                become(connection, payment, next, null, null, moved);
            }
            case CANCEL -> {
                end(connection, operation, moved, reference);
                become(connection, payment, next, BY_CALLER, null, payment.captured());
            }
        }
    }

    /** Ends an operation as not done; the payment stays as it is. */
    public void fail(Connection connection, Payment payment, PaymentOperation operation, String reason) throws SQLException {
        end(connection, operation, PaymentOperation.Status.FAILED, reason, null);
        if (operation.kind() == Kind.REFUND) {
            releaseRefund(connection, payment, operation.money().minor());
        }
    }

    /** Ends an operation that has lost its object by what the provider tells. */
    public void overtake(Connection connection, PaymentOperation operation) throws SQLException {
        end(connection, operation, PaymentOperation.Status.FAILED, "overtaken_by_provider", null);
    }

    public void end(Connection connection, PaymentOperation operation, PaymentOperation.Status status, String reason,
            String reference) throws SQLException {
        Sql.update(connection, END, status.word(), reason, reference, operation.id());
    }

    private void transition(Connection connection, Payment payment, PaymentStatus next, String reason, String reference,
            long captured, long claimed, long refunded) throws SQLException {
        store(connection, payment, next, reason, reference, captured, claimed, refunded);
        Sql.update(connection, NO_MORE_WORK, payment.id());
        if (payment.status() == PaymentStatus.REVIEW) {
            Sql.update(connection, NO_MORE_REVIEW, payment.id());
        }
        Outbox.add(connection, PaymentEvents.statusUpdated(topic, payment, payment.status(), next, reason, Instant.now(),
                captured, refunded));
    }

    private static void store(Connection connection, Payment payment, PaymentStatus next, String reason, String reference,
            long captured, long claimed, long refunded) throws SQLException {
        boolean processed = next != payment.status() && (next == PaymentStatus.COMPLETED || next == PaymentStatus.FAILED);
        Sql.update(connection, MOVE, next.word(), reason, reference, captured, claimed, refunded, processed, payment.id());
        if (next != payment.status()) {
            PaymentMeters.moved(payment, next);
        }
    }
}
