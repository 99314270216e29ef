package io.payroute.payment.event.apply;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentDispute;
import io.payroute.payment.model.PaymentDispute.Status;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentState;
import io.payroute.platform.Ids;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Funds;

/**
 * What a provider reports of disputes, chargebacks and reversals. State and money of a dispute change independently of each other and
 * from the state of the payment, each by the last that the provider said: an event that comes late or again changes nothing.
 */
final class DisputeRules {

    private final EventBooks books;

    DisputeRules(EventBooks books) {
        this.books = books;
    }

    Decided apply(Payment payment, ProviderEvent event) throws SQLException {
        Decided decided = Decided.of(payment, PaymentFact.DISPUTED);
        return decided.is(PaymentState.Effect.BOOK) ? Decided.of(payment, book(payment, event)) : decided;
    }

    private PaymentFact book(Payment payment, ProviderEvent event) throws SQLException {
        String reference = event.partReference() == null ? event.reference() : event.partReference();
        if (PaymentFacts.disputed(reference, event.money()) == PaymentFact.DISPUTED_WRONGLY) {
            return PaymentFact.DISPUTED_WRONGLY;
        }
        Optional<PaymentDispute> known = find(payment, event, reference);
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
        books.keep(after);
        if (!moved && !paid && before.amount() == after.amount()) {
            return PaymentFact.KNOWN;
        }
        List<String> news = new ArrayList<>();
        if (moved) {
            news.add(after.status() == Status.OPEN ? "opened" : after.status().word());
        }
        if (paid) {
            boolean more = after.withdrawn() > (before == null ? 0 : before.withdrawn());
            news.add(more ? "funds_withdrawn" : "funds_reinstated");
        }
        books.disputed(payment, after, news);
        return PaymentFact.DISPUTED;
    }

    /** An event that names its payment only is of the payment's dispute; the open one, if it has several. */
    private Optional<PaymentDispute> find(Payment payment, ProviderEvent event, String reference) throws SQLException {
        Optional<PaymentDispute> named = books.dispute(event.provider(), reference);
        return named.isEmpty() && reference.equals(event.reference()) ? books.lastDispute(payment) : named;
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
}
