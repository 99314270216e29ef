package io.payroute.payment.event.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.Payment;
import io.payroute.payment.webhook.delivery.TellMerchants;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Kind;

/** Applies what a provider tells of by itself to our payment, by {@link EventRules}. */
@ApplicationScoped
public class ApplyEvent {

    private final TransitionPayment transitionPayment;
    private final TellMerchants tellMerchants;

    ApplyEvent(TransitionPayment transitionPayment, TellMerchants tellMerchants) {
        this.transitionPayment = transitionPayment;
        this.tellMerchants = tellMerchants;
    }

    /** The payment that an event is about, if it is here. */
    public Optional<UUID> paymentOf(Connection connection, ProviderEvent event) throws SQLException {
        return rules(connection).paymentOf(event).map(Payment::id);
    }

    /** Part of the caller's transaction, so that the event is marked as applied together with its effect. */
    public Effect apply(Connection connection, ProviderEvent event) throws SQLException {
        return saysNothing(event) ? Effect.NO_EFFECT : rules(connection).apply(event).effect();
    }

    /** The same, with what it was decided by; empty where the event says nothing of a payment. */
    Optional<Decided> decide(Connection connection, ProviderEvent event) throws SQLException {
        return saysNothing(event) ? Optional.empty() : Optional.of(rules(connection).apply(event));
    }

    private static boolean saysNothing(ProviderEvent event) {
        return event.kind() == Kind.OTHER || event.kind() == Kind.UNDECLARED;
    }

    private EventRules rules(Connection connection) {
        return new EventRules(new StoredBooks(connection, transitionPayment, tellMerchants));
    }
}
