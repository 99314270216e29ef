package io.payroute.payment.event.apply;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentDispute;
import io.payroute.payment.model.PaymentDispute.Status;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.query.FindPayments;
import io.payroute.payment.webhook.WebhookType;
import io.payroute.payment.webhook.delivery.TellMerchants;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;

/**
 * The books in the database, within a transaction of the caller's: what an event does to a payment, and what is told of it, is
 * committed together.
 */
final class StoredBooks implements EventBooks {

    private static final String BY_NAME = """
            SELECT payment_id FROM provider_call WHERE provider = ? AND hashtext(detail) = hashtext(?) AND detail = ?
              AND outcome IN ('completed', 'authorized', 'pending') LIMIT 1""";
    private static final String UNDECIDED = """
            SELECT 1 FROM provider_call WHERE payment_id = ? AND outcome = 'pending' AND operation <> 'refund' LIMIT 1""";
    /** Waits for a worker that is just claiming the charge. */
    private static final String LOCK_WORK = "SELECT 1 FROM charge_work WHERE payment_id = ? FOR UPDATE";
    private static final String NOTHING_HEARD = """
            SELECT 1 FROM charge_work w WHERE w.payment_id = ? AND w.sent_at IS NOT NULL AND NOT EXISTS (
              SELECT 1 FROM provider_call c WHERE c.payment_id = w.payment_id AND c.ended_at > w.sent_at)""";
    private static final String AWAITS_CUSTOMER = """
            SELECT 1 FROM payment_action a JOIN payment p ON p.id = a.payment_id AND p.provider = a.provider WHERE p.id = ?""";
    private static final String WAS_AUTHORIZED = """
            SELECT 1 FROM payment_transition WHERE payment_id = ? AND to_status = 'authorized' LIMIT 1""";
    private static final String ADD = """
            INSERT INTO payment_operation (id, payment_id, kind, amount_minor, status, reason, requested_by, provider,
              provider_reference, due_at, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, now())""";
    /** As an answer would have left it: what comes next may name the payment by this reference alone. */
    private static final String REMEMBER = """
            INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, ended_at)
            VALUES (?, ?, '%s', 0, ?, ?, now(), clock_timestamp())""".formatted(ProviderEvent.NO_CALL);
    private static final String NAMES = """
            SELECT DISTINCT c.detail FROM provider_call c LEFT JOIN payment_operation o ON o.id = c.operation_id
            WHERE c.payment_id = ? AND c.provider = ? AND c.outcome = 'completed' AND c.detail IS NOT NULL
              AND coalesce(o.kind, 'capture') = 'capture'""";
    private static final String NAMED = """
            SELECT 1 FROM provider_call WHERE payment_id = ? AND provider = ? AND detail = ?
              AND outcome IN ('completed', 'authorized', 'pending') LIMIT 1""";
    private static final String DISPUTE = """
            SELECT * FROM payment_dispute WHERE provider = ? AND reference = ? FOR UPDATE""";
    private static final String LAST_DISPUTE = """
            SELECT * FROM payment_dispute WHERE payment_id = ? AND provider = ?
            ORDER BY ended_at IS NULL DESC, created_at DESC, id DESC LIMIT 1 FOR UPDATE""";
    private static final String KEEP_DISPUTE = """
            INSERT INTO payment_dispute (id, payment_id, provider, reference, status, amount_minor, withdrawn_minor, reason,
              status_order, funds_order, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::int8, CASE WHEN ? THEN now() END)
            ON CONFLICT (id) DO UPDATE SET status = excluded.status, amount_minor = excluded.amount_minor,
              withdrawn_minor = excluded.withdrawn_minor, reason = excluded.reason, status_order = excluded.status_order,
              funds_order = excluded.funds_order, ended_at = excluded.ended_at, updated_at = now()""";
    private static final String SUM_DISPUTES = """
            UPDATE payment p SET updated_at = now(), (disputed_minor, charged_back_minor, dispute_status) = (
              SELECT coalesce(sum(amount_minor) FILTER (WHERE ended_at IS NULL), 0), coalesce(sum(withdrawn_minor), 0),
                (array_agg(status ORDER BY array_position(ARRAY['open', 'under_review', 'lost', 'won', 'closed'], status)))[1]
              FROM payment_dispute WHERE payment_id = p.id)
            WHERE p.id = ? RETURNING *""";
    /** Part of the payment's history. */
    private static final String DISPUTED = """
            INSERT INTO payment_event (payment_id, type, detail) VALUES (?, ?, jsonb_build_object('provider', ?::text,
              'dispute', ?::text, 'status', ?::text, 'reason', ?::text, 'amount_minor', ?::int8, 'withdrawn_minor', ?::int8))""";

    private final Connection connection;
    private final TransitionPayment transitionPayment;
    private final TellMerchants tellMerchants;

    StoredBooks(Connection connection, TransitionPayment transitionPayment, TellMerchants tellMerchants) {
        this.connection = connection;
        this.transitionPayment = transitionPayment;
        this.tellMerchants = tellMerchants;
    }

    @Override
    public Optional<Payment> payment(UUID id) throws SQLException {
        return TransitionPayment.lock(connection, id);
    }

    @Override
    public Optional<Payment> payment(String provider, String name) throws SQLException {
        List<UUID> ids = Sql.query(connection, BY_NAME, row -> row.getObject(1, UUID.class), provider, name, name);
        return ids.isEmpty() ? Optional.empty() : payment(ids.get(0));
    }

    @Override
    public boolean wasAuthorized(Payment payment) throws SQLException {
        return is(WAS_AUTHORIZED, payment.id());
    }

    /**
     * A charge that was sent once more, after the provider had said that it knew of none, is on its way too. So is one that waits for
     * its customer, who may try again: it has not failed before a status query has ended it at the provider.
     */
    @Override
    public boolean isCallOnItsWay(Payment payment) throws SQLException {
        is(LOCK_WORK, payment.id());
        boolean answerIsOpen = payment.status() == PaymentStatus.UNKNOWN || is(UNDECIDED, payment.id());
        return !answerIsOpen || is(NOTHING_HEARD, payment.id()) || is(AWAITS_CUSTOMER, payment.id());
    }

    @Override
    public Optional<PaymentOperation> operation(UUID id) throws SQLException {
        return FindOperations.lock(connection, id);
    }

    @Override
    public Optional<PaymentOperation> refund(String provider, String reference) throws SQLException {
        return FindOperations.lockRefund(connection, provider, reference);
    }

    @Override
    public List<PaymentOperation> openOperations(Payment payment) throws SQLException {
        return FindOperations.lockOpen(connection, payment.id());
    }

    @Override
    public List<PaymentOperation> endedCaptures(Payment payment) throws SQLException {
        return FindOperations.lockEndedCaptures(connection, payment.id());
    }

    @Override
    public Collection<String> namesOfMoney(Payment payment) throws SQLException {
        return Sql.query(connection, NAMES, row -> row.getString(1), payment.id(), payment.provider());
    }

    @Override
    public boolean isName(Payment payment, String name) throws SQLException {
        return is(NAMED, payment.id(), payment.provider(), name);
    }

    private boolean is(String query, Object... parameters) throws SQLException {
        return !Sql.query(connection, query, row -> true, parameters).isEmpty();
    }

    @Override
    public void remember(Payment payment, String outcome, String name) throws SQLException {
        Sql.update(connection, REMEMBER, payment.id(), payment.provider(), outcome, name);
    }

    @Override
    public void become(Payment payment, PaymentStatus next, String reason, String reference, long captured)
            throws SQLException {
        transitionPayment.become(connection, payment, next, reason, reference, captured);
    }

    @Override
    public void captured(Payment payment, long captured) throws SQLException {
        transitionPayment.capture(connection, payment, captured);
        tellMerchants.tell(connection, payment.captured(captured), WebhookType.CAPTURE_CHANGED, null);
    }

    @Override
    public void add(PaymentOperation operation) throws SQLException {
        Sql.update(connection, ADD, operation.id(), operation.paymentId(), operation.kind().word(), operation.money().minor(),
                operation.status().word(), operation.reason(), operation.requestedBy(), operation.provider(),
                operation.reference());
    }

    @Override
    public void end(PaymentOperation operation, PaymentOperation.Status status, String reason, String reference)
            throws SQLException {
        transitionPayment.end(connection, operation, status, reason, reference);
    }

    @Override
    public void end(PaymentOperation operation, long moved, String reference) throws SQLException {
        transitionPayment.end(connection, operation, moved, reference);
    }

    @Override
    public void overtake(PaymentOperation operation) throws SQLException {
        transitionPayment.overtake(connection, operation);
    }

    @Override
    public void refunded(Payment payment, PaymentStatus next, PaymentOperation refund, long moved, String reference)
            throws SQLException {
        transitionPayment.refunded(connection, payment, next, refund, moved, reference);
    }

    @Override
    public void refundedUnasked(Payment payment, PaymentStatus next, long moved) throws SQLException {
        transitionPayment.refundUnrequested(connection, payment, next, moved);
    }

    @Override
    public void refundFailed(Payment payment, PaymentOperation refund, String reason) throws SQLException {
        transitionPayment.fail(connection, payment, refund, reason);
    }

    @Override
    public Optional<PaymentDispute> dispute(String provider, String reference) throws SQLException {
        return Sql.query(connection, DISPUTE, StoredBooks::dispute, provider, reference).stream().findFirst();
    }

    @Override
    public Optional<PaymentDispute> lastDispute(Payment payment) throws SQLException {
        return Sql.query(connection, LAST_DISPUTE, StoredBooks::dispute, payment.id(), payment.provider()).stream().findFirst();
    }

    @Override
    public void keep(PaymentDispute dispute) throws SQLException {
        Sql.update(connection, KEEP_DISPUTE, dispute.id(), dispute.paymentId(), dispute.provider(), dispute.reference(),
                dispute.status().word(), dispute.amount(), dispute.withdrawn(), dispute.reason(), dispute.statusOrder(),
                dispute.fundsOrder(), dispute.status().isFinal());
    }

    /** The payment's sums are made from its disputes, and merchants are told. */
    @Override
    public void disputed(Payment payment, PaymentDispute dispute, List<String> news) throws SQLException {
        Payment now = Sql.query(connection, SUM_DISPUTES, FindPayments::payment, payment.id()).get(0);
        for (String word : news) {
            Sql.update(connection, DISPUTED, now.id(), "dispute." + word, dispute.provider(), dispute.reference(),
                    dispute.status().word(), dispute.reason(), dispute.amount(), dispute.withdrawn());
            tellMerchants.tell(connection, now, WebhookType.DISPUTE + word, dispute);
        }
    }

    private static PaymentDispute dispute(ResultSet row) throws SQLException {
        return new PaymentDispute(row.getObject("id", UUID.class), row.getObject("payment_id", UUID.class),
                row.getString("provider"), row.getString("reference"), Status.ofWord(row.getString("status")),
                row.getLong("amount_minor"), row.getLong("withdrawn_minor"), row.getString("reason"),
                row.getLong("status_order"), row.getObject("funds_order", Long.class));
    }
}
