package io.payroute.payment.event.apply;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentDispute;
import io.payroute.payment.model.PaymentDispute.Status;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.query.FindPayments;
import io.payroute.payment.webhook.WebhookType;
import io.payroute.payment.webhook.delivery.TellMerchants;
import io.payroute.platform.Ids;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Funds;

/**
 * Applies what a provider reports of disputes, chargebacks and reversals. State and money of a dispute change independently of each other and
 * from the state of the payment, each by the last that the provider said: an event that comes late or again changes nothing. The
 * payment's sums are made from its disputes in the same transaction, and merchants are told in it.
 */
@ApplicationScoped
class ApplyDispute {

    private static final String FIND = """
            SELECT * FROM payment_dispute WHERE provider = ? AND reference = ? FOR UPDATE""";
    private static final String FIND_LAST = """
            SELECT * FROM payment_dispute WHERE payment_id = ? AND provider = ?
            ORDER BY ended_at IS NULL DESC, created_at DESC, id DESC LIMIT 1 FOR UPDATE""";
    private static final String STORE = """
            INSERT INTO payment_dispute (id, payment_id, provider, reference, status, amount_minor, withdrawn_minor, reason,
              status_order, funds_order, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::int8, CASE WHEN ? THEN now() END)
            ON CONFLICT (id) DO UPDATE SET status = excluded.status, amount_minor = excluded.amount_minor,
              withdrawn_minor = excluded.withdrawn_minor, reason = excluded.reason, status_order = excluded.status_order,
              funds_order = excluded.funds_order, ended_at = excluded.ended_at, updated_at = now()""";
    private static final String SUM = """
            UPDATE payment p SET updated_at = now(), (disputed_minor, charged_back_minor, dispute_status) = (
              SELECT coalesce(sum(amount_minor) FILTER (WHERE ended_at IS NULL), 0), coalesce(sum(withdrawn_minor), 0),
                (array_agg(status ORDER BY array_position(ARRAY['open', 'under_review', 'lost', 'won', 'closed'], status)))[1]
              FROM payment_dispute WHERE payment_id = p.id)
            WHERE p.id = ? RETURNING *""";
    /** Part of the payment's history. */
    private static final String TOLD = """
            INSERT INTO payment_event (payment_id, type, detail) VALUES (?, ?, jsonb_build_object('provider', ?::text,
              'dispute', ?::text, 'status', ?::text, 'reason', ?::text, 'amount_minor', ?::int8, 'withdrawn_minor', ?::int8))""";

    private final TellMerchants tellMerchants;

    ApplyDispute(TellMerchants tellMerchants) {
        this.tellMerchants = tellMerchants;
    }

    Effect apply(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        PaymentFact fact = PaymentFact.DISPUTED;
        if (PaymentState.decide(payment.status(), fact).effect() == PaymentState.Effect.BOOK) {
            fact = book(connection, payment, event);
        }
        return EventEffect.of(PaymentState.decide(payment.status(), fact));
    }

    private PaymentFact book(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        String reference = event.partReference() == null ? event.reference() : event.partReference();
        if (PaymentFacts.disputed(reference, event.money()) == PaymentFact.DISPUTED_WRONGLY) {
            return PaymentFact.DISPUTED_WRONGLY;
        }
        Optional<PaymentDispute> known = find(connection, payment, event, reference);
        if (known.isPresent() && !known.get().paymentId().equals(payment.id())) {
            return PaymentFact.DISPUTED_WRONGLY;
        }
        PaymentDispute before = known.orElse(null);
        PaymentDispute after = after(before, payment, event, reference);
        boolean moved = before == null || before.status() != after.status();
        boolean paid = after.withdrawn() != (before == null ? 0 : before.withdrawn());
        if (after.equals(before)) {
            return PaymentFact.KNOWN;
        }
        store(connection, after);
        if (!moved && !paid && before.amount() == after.amount()) {
            return PaymentFact.KNOWN;
        }
        Payment now = Sql.query(connection, SUM, FindPayments::payment, payment.id()).get(0);
        if (moved) {
            tell(connection, now, after, after.status() == Status.OPEN ? "opened" : after.status().word());
        }
        if (paid) {
            boolean more = after.withdrawn() > (before == null ? 0 : before.withdrawn());
            tell(connection, now, after, more ? "funds_withdrawn" : "funds_reinstated");
        }
        return PaymentFact.DISPUTED;
    }

    /** An event that names its payment only is of the payment's dispute; the open one, if it has several. */
    private static Optional<PaymentDispute> find(Connection connection, Payment payment, ProviderEvent event, String reference)
            throws SQLException {
        List<PaymentDispute> named = Sql.query(connection, FIND, ApplyDispute::dispute, event.provider(), reference);
        return named.isEmpty() && reference.equals(event.reference())
                ? Sql.query(connection, FIND_LAST, ApplyDispute::dispute, payment.id(), event.provider()).stream().findFirst()
                : named.stream().findFirst();
    }

    private static PaymentDispute after(PaymentDispute before, Payment payment, ProviderEvent event, String reference) {
        long order = event.dispute().order();
        Funds funds = event.dispute().funds();
        Status told = status(event.kind());
        PaymentDispute dispute = before != null
                ? before
                : new PaymentDispute(Ids.next(), payment.id(), event.provider(), reference, Status.OPEN, event.money().minor(),
                        0,
                        event.reason(), Long.MIN_VALUE, null);
        if (told != null && dispute.isBefore(order, told)) {
            dispute = dispute.to(told, order, event.money().minor(), event.reason());
        }
        return funds == null || dispute.fundsOrder() != null && dispute.fundsOrder() > order
                ? dispute
                : dispute.paid(funds == Funds.WITHDRAWN, event.money().minor(), order);
    }

    private static Status status(ProviderEvent.Kind kind) {
        return switch (kind) {
            case DISPUTE_OPENED -> Status.OPEN;
            case DISPUTE_UNDER_REVIEW -> Status.UNDER_REVIEW;
            case DISPUTE_WON -> Status.WON;
            case DISPUTE_LOST -> Status.LOST;
            case DISPUTE_CLOSED -> Status.CLOSED;
            default -> null;
        };
    }

    private static void store(Connection connection, PaymentDispute dispute) throws SQLException {
        Sql.update(connection, STORE, dispute.id(), dispute.paymentId(), dispute.provider(), dispute.reference(),
                dispute.status().word(), dispute.amount(), dispute.withdrawn(), dispute.reason(), dispute.statusOrder(),
                dispute.fundsOrder(), dispute.status().isFinal());
    }

    private void tell(Connection connection, Payment payment, PaymentDispute dispute, String word) throws SQLException {
        Sql.update(connection, TOLD, payment.id(), "dispute." + word, dispute.provider(), dispute.reference(),
                dispute.status().word(), dispute.reason(), dispute.amount(),
                dispute.withdrawn());
        tellMerchants.tell(connection, payment, WebhookType.DISPUTE + word, dispute);
    }

    private static PaymentDispute dispute(ResultSet row) throws SQLException {
        return new PaymentDispute(row.getObject("id", UUID.class), row.getObject("payment_id", UUID.class),
                row.getString("provider"), row.getString("reference"), Status.ofWord(row.getString("status")),
                row.getLong("amount_minor"), row.getLong("withdrawn_minor"), row.getString("reason"),
                row.getLong("status_order"), row.getObject("funds_order", Long.class));
    }
}
