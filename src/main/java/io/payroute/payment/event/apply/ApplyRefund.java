package io.payroute.payment.event.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.money.Money;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.query.FindOperations;
import io.payroute.platform.Ids;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;

/**
 * Applies a provider's event about a refund: to the refund that we had requested, or, when somebody refunded at the provider
 * itself, as a refund of its own under the same cap.
 */
@ApplicationScoped
class ApplyRefund {

    private static final String INSERT = """
            INSERT INTO payment_operation (id, payment_id, kind, amount_minor, status, requested_by, provider,
              provider_reference, due_at, ended_at)
            VALUES (?, ?, 'refund', ?, 'succeeded', ?, ?, ?, NULL, now())""";

    private final TransitionPayment transitionPayment;

    ApplyRefund(TransitionPayment transitionPayment) {
        this.transitionPayment = transitionPayment;
    }

    Effect refunded(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        Optional<PaymentOperation> ours = find(connection, payment, event);
        PaymentFact fact = ours.isPresent()
                ? PaymentFacts.refunded(payment, ours.get(), event.money())
                : PaymentFacts.refundedUnasked(payment, event.money(), FindOperations.lockOpen(connection, payment.id()));
        Decision decision = PaymentState.decide(payment.status(), fact);
        if (decision.effect() == PaymentState.Effect.TRANSITION) {
            book(connection, payment, decision.next(), ours, event);
        }
        return EventEffect.of(decision);
    }

    /** All that is left of it was refunded, as one refund. @param event with the amount of the payment, which may be more */
    Effect refundedAll(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        Money left = new Money(payment.captured() - payment.refundClaimed(), payment.money().currency());
        boolean more = event.money() != null && event.money().minor() > left.minor();
        return refunded(connection, payment, more && left.minor() > 0 ? event.over(left) : event);
    }

    /** What the provider gave back counts, not what we had requested. */
    private void book(Connection connection, Payment payment, PaymentStatus next, Optional<PaymentOperation> ours,
            ProviderEvent event) throws SQLException {
        if (ours.isPresent()) {
            long amount = event.money() == null ? ours.get().money().minor() : event.money().minor();
            transitionPayment.refunded(connection, payment, next, ours.get(), amount, event.partReference());
        } else {
            long amount = event.money().minor();
            Sql.update(connection, INSERT, Ids.next(), payment.id(), amount, "provider:" + event.provider(), event.provider(),
                    reference(event));
            transitionPayment.refundUnrequested(connection, payment, next, amount);
        }
    }

    Effect failed(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        Optional<PaymentOperation> ours = find(connection, payment, event);
        Decision decision = PaymentState.decide(payment.status(), PaymentFacts.refundFailed(ours.orElse(null)));
        if (decision.effect() == PaymentState.Effect.BOOK) {
            transitionPayment.fail(connection, payment, ours.orElseThrow(),
                    event.reason() == null ? "declined" : event.reason());
        }
        return EventEffect.of(decision);
    }

    private static Optional<PaymentOperation> find(Connection connection, Payment payment, ProviderEvent event)
            throws SQLException {
        if (event.operationId() != null) {
            Optional<PaymentOperation> byId = FindOperations.lock(connection, event.operationId())
                    .filter(o -> o.paymentId().equals(payment.id()) && o.kind() == Kind.REFUND);
            if (byId.isPresent()) {
                return byId;
            }
        }
        return FindOperations.lockRefund(connection, event.provider(), reference(event))
                .filter(o -> o.paymentId().equals(payment.id()));
    }

    private static String reference(ProviderEvent event) {
        return event.partReference() == null ? event.id() : event.partReference();
    }
}
