package io.payroute.payment.event.apply;

import java.sql.SQLException;
import java.util.Optional;

import io.payroute.money.Money;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.Ids;
import io.payroute.provider.ProviderEvent;

/**
 * A provider's event about a refund: it goes to the refund that we had requested, or, when somebody refunded at the provider
 * itself, is a refund of its own under the same cap.
 */
final class RefundRules {

    private final EventBooks books;

    RefundRules(EventBooks books) {
        this.books = books;
    }

    Decided refunded(Payment payment, ProviderEvent event) throws SQLException {
        Optional<PaymentOperation> ours = find(payment, event);
        Decided decided = Decided.of(payment, ours.isPresent()
                ? PaymentFacts.refunded(payment, ours.get(), event.money())
                : PaymentFacts.refundedUnasked(payment, event.money(), books.openOperations(payment)));
        if (decided.is(PaymentState.Effect.TRANSITION)) {
            book(payment, decided.decision().next(), ours, event);
        }
        return decided;
    }

    /** All that is left of it was refunded, as one refund. @param event with the amount of the payment, which may be more */
    Decided refundedAll(Payment payment, ProviderEvent event) throws SQLException {
        Money left = new Money(payment.captured() - payment.refundClaimed(), payment.money().currency());
        boolean more = event.money() != null && event.money().minor() > left.minor();
        return refunded(payment, more && left.minor() > 0 ? event.over(left) : event);
    }

    /** What the provider gave back counts, not what we had requested. */
    private void book(Payment payment, PaymentStatus next, Optional<PaymentOperation> ours, ProviderEvent event)
            throws SQLException {
        if (ours.isPresent()) {
            long amount = event.money() == null ? ours.get().money().minor() : event.money().minor();
            books.refunded(payment, next, ours.get(), amount, event.partReference());
        } else {
            books.add(PaymentOperation.told(Ids.next(), payment, Kind.REFUND, event.money().minor(),
                    PaymentOperation.Status.SUCCEEDED, null, reference(event)));
            books.refundedUnasked(payment, next, event.money().minor());
        }
    }

    Decided failed(Payment payment, ProviderEvent event) throws SQLException {
        Optional<PaymentOperation> ours = find(payment, event);
        Decided decided = Decided.of(payment, PaymentFacts.refundFailed(ours.orElse(null)));
        if (decided.is(PaymentState.Effect.BOOK)) {
            books.refundFailed(payment, ours.orElseThrow(), event.reason() == null ? "declined" : event.reason());
        }
        return decided;
    }

    private Optional<PaymentOperation> find(Payment payment, ProviderEvent event) throws SQLException {
        if (event.operationId() != null) {
            Optional<PaymentOperation> byId = books.operation(event.operationId())
                    .filter(o -> o.paymentId().equals(payment.id()) && o.kind() == Kind.REFUND);
            if (byId.isPresent()) {
                return byId;
            }
        }
        return books.refund(event.provider(), reference(event)).filter(o -> o.paymentId().equals(payment.id()));
    }

    private static String reference(ProviderEvent event) {
        return event.partReference() == null ? event.id() : event.partReference();
    }
}
