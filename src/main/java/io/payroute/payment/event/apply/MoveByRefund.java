package io.payroute.payment.event.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.money.Money;
import io.payroute.payment.MovePayment;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.query.FindOperations;
import io.payroute.platform.Ids;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;

/**
 * Applies a provider's event about a refund: to the refund that we had asked for, or, when somebody refunded at the provider
 * itself, as a refund of its own under the same cap.
 */
@ApplicationScoped
class MoveByRefund {

    private static final String INSERT = """
            INSERT INTO payment_operation (id, payment_id, kind, amount_minor, status, requested_by, provider,
              provider_reference, due_at, ended_at)
            VALUES (?, ?, 'refund', ?, 'succeeded', ?, ?, ?, NULL, now())""";

    private final MovePayment movePayment;

    MoveByRefund(MovePayment movePayment) {
        this.movePayment = movePayment;
    }

    Effect refunded(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        Optional<PaymentOperation> ours = find(connection, payment, event);
        if (ours.isPresent()) {
            return switch (ours.get().status()) {
                case PENDING -> book(connection, payment, ours.get(), event);
                case SUCCEEDED -> Effect.NO_EFFECT;
                case FAILED -> Effect.CONFLICT;
            };
        }
        return switch (payment.status()) {
            case PENDING, PROCESSING, UNKNOWN, AUTHORIZED -> Effect.NOT_YET;
            case FAILED, CANCELLED -> Effect.CONFLICT;
            case COMPLETED, PARTIALLY_REFUNDED, REFUNDED -> unasked(connection, payment, event);
        };
    }

    /** All that is left of it was refunded, as one refund. @param event with the amount of the payment, which may be more */
    Effect refundedAll(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        Money left = new Money(payment.captured() - payment.refundClaimed(), payment.money().currency());
        boolean more = event.money() != null && event.money().minor() > left.minor();
        return refunded(connection, payment, more && left.minor() > 0 ? event.over(left) : event);
    }

    /** What the provider gave back counts, not what we had asked for. */
    private Effect book(Connection connection, Payment payment, PaymentOperation refund, ProviderEvent event)
            throws SQLException {
        long asked = refund.money().minor();
        long amount = event.money() == null ? asked : event.money().minor();
        if (amount <= 0 || payment.refundClaimed() - asked + amount > payment.captured()) {
            return Effect.CONFLICT;
        }
        movePayment.refunded(connection, payment, refund, amount, event.partReference());
        return Effect.APPLIED;
    }

    Effect failed(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        Optional<PaymentOperation> ours = find(connection, payment, event);
        if (ours.isEmpty()) {
            return Effect.NO_EFFECT;
        }
        return switch (ours.get().status()) {
            case PENDING -> {
                movePayment.fail(connection, payment, ours.get(), event.reason() == null ? "declined" : event.reason());
                yield Effect.APPLIED;
            }
            // The money came back after it had been refunded: no state says so.
            case SUCCEEDED -> Effect.CONFLICT;
            case FAILED -> Effect.NO_EFFECT;
        };
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

    private Effect unasked(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        if (event.money() == null || event.money().minor() <= 0) {
            return Effect.CONFLICT;
        }
        long amount = event.money().minor();
        List<PaymentOperation> open = FindOperations.lockOpen(connection, payment.id());
        boolean maybeOurs = open.stream()
                .anyMatch(o -> o.kind() == Kind.REFUND && o.reference() == null && o.money().minor() == amount);
        boolean fits = amount <= payment.captured() - payment.refundClaimed();
        if (maybeOurs || !fits && !open.isEmpty()) {
            // The answer to our own refund is still out; once it is here, this event can be told from it.
            return Effect.NOT_YET;
        }
        if (!fits) {
            return Effect.CONFLICT;
        }
        Sql.update(connection, INSERT, Ids.next(), payment.id(), amount, "provider:" + event.provider(), event.provider(),
                reference(event));
        movePayment.refundUnasked(connection, payment, amount);
        return Effect.APPLIED;
    }

    private static String reference(ProviderEvent event) {
        return event.partReference() == null ? event.id() : event.partReference();
    }
}
