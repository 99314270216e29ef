package io.payroute.payment.event.apply;

import java.sql.SQLException;
import java.util.Optional;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.provider.ProviderEvent;

/**
 * What follows from an event of a provider, by the same {@link PaymentState} and the same refund cap as from its answers: the only code
 * that decides it, for the application and for a dry run. Events may come early, late, twice and out of order: what is known already
 * has no effect, a late failure never overwrites a success, what comes before the state that it follows on waits, and what
 * contradicts our books is left to a person.
 */
public final class EventRules {

    private final EventBooks books;
    private final CaptureRules captures;
    private final RefundRules refunds;
    private final DisputeRules disputes;

    public EventRules(EventBooks books) {
        this.books = books;
        captures = new CaptureRules(books);
        refunds = new RefundRules(books);
        disputes = new DisputeRules(books);
    }

    /** The payment that an event is about, if it is here. */
    public Optional<Payment> paymentOf(ProviderEvent event) throws SQLException {
        if (event.paymentId() != null) {
            return books.payment(event.paymentId());
        }
        String name = event.reference() == null ? event.partReference() : event.reference();
        return name == null ? Optional.empty() : books.payment(event.provider(), name);
    }

    /** @param event of a kind that a payment can be told of */
    public Decided apply(ProviderEvent event) throws SQLException {
        Optional<Payment> found = paymentOf(event);
        return found.isEmpty() ? Decided.NO_PAYMENT : apply(found.get(), event);
    }

    private Decided apply(Payment payment, ProviderEvent event) throws SQLException {
        if (!payment.provider().equals(event.provider())) {
            return Decided.of(payment, atFormerProvider(event.kind()));
        }
        if (event.money() != null && !event.money().currency().equals(payment.money().currency())) {
            return Decided.of(payment, PaymentFact.OTHER_CURRENCY);
        }
        return switch (event.kind()) {
            case AUTHORIZED -> authorized(payment, event);
            case COMPLETED -> captures.completed(payment, event);
            case FAILED -> ended(payment, PaymentFact.NOT_CHARGED, event);
            case CAPTURE_DECLINED -> ended(payment, PaymentFacts.captureDeclined(payment), event);
            case CANCELLED -> ended(payment, PaymentFact.CANCELLED, event);
            case CANCELLED_OR_REFUNDED -> ended(payment, PaymentFact.UNDONE, event);
            case REFUNDED -> refunds.refunded(payment, event);
            case REFUND_FAILED -> refunds.failed(payment, event);
            case CAPTURE_FAILED -> captures.failed(payment, event);
            case DISPUTE_OPENED, DISPUTE_UNDER_REVIEW, DISPUTE_WON, DISPUTE_LOST, DISPUTE_CLOSED, FUNDS_WITHDRAWN,
                    FUNDS_REINSTATED ->
                disputes.apply(payment, event);
            case OTHER, UNDECLARED -> Decided.of(payment, PaymentFact.KNOWN);
        };
    }

    /** It declined, and another provider took the payment over. Money that moves there now moves a second time. */
    private static PaymentFact atFormerProvider(ProviderEvent.Kind kind) {
        boolean moved = kind == ProviderEvent.Kind.COMPLETED || kind == ProviderEvent.Kind.AUTHORIZED || kind.isDispute();
        return moved ? PaymentFact.AT_FORMER_PROVIDER : PaymentFact.KNOWN;
    }

    private Decided authorized(Payment payment, ProviderEvent event) throws SQLException {
        Decided decided = Decided.of(payment, PaymentFacts.authorized(payment, event.money()));
        if (decided.is(PaymentState.Effect.CONFLICT) && books.wasAuthorized(payment)) {
            return Decided.of(payment, PaymentFact.AUTHORIZED_BEFORE);
        }
        if (decided.is(PaymentState.Effect.TRANSITION)) {
            books.become(payment, decided.decision().next(), null, event.reference(), payment.captured());
            if (event.reference() != null) {
                books.remember(payment, "authorized", event.reference());
            }
        }
        return decided;
    }

    /** Whatever ends a payment, or undoes it. */
    private Decided ended(Payment payment, PaymentFact fact, ProviderEvent event) throws SQLException {
        Decided decided = Decided.of(payment, fact);
        if (!decided.is(PaymentState.Effect.TRANSITION)) {
            return decided;
        }
        PaymentStatus next = decided.decision().next();
        switch (next) {
            case FAILED -> {
                if (books.isCallOnItsWay(payment)) {
                    return Decided.of(payment, PaymentFact.REFUSED_MEANWHILE);
                }
                books.become(payment, next, reason(event, "declined"), null, payment.captured());
            }
            case CANCELLED -> {
                endOpen(payment);
                books.become(payment, next, reason(event, "cancelled_by_provider"), event.reference(), payment.captured());
            }
            default -> {
                return refunds.refundedAll(payment, event);
            }
        }
        return decided;
    }

    private void endOpen(Payment payment) throws SQLException {
        for (PaymentOperation open : books.openOperations(payment)) {
            if (open.kind() == Kind.CANCEL) {
                books.end(open, PaymentOperation.Status.SUCCEEDED, null, null);
            } else {
                books.overtake(open);
            }
        }
    }

    private static String reason(ProviderEvent event, String otherwise) {
        return event.reason() == null ? otherwise : event.reason();
    }
}
