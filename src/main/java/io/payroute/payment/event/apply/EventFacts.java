package io.payroute.payment.event.apply;

import java.util.List;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.provider.ProviderEvent;

/** Which fact it is that an event tells of a payment of which nothing else is under way. */
public final class EventFacts {

    private EventFacts() {
    }

    public static PaymentFact of(Payment payment, ProviderEvent event) {
        return switch (event.kind()) {
            case AUTHORIZED -> PaymentFacts.authorized(payment, event.money());
            case COMPLETED -> payment.status().isCaptured()
                    ? PaymentFacts.capturedFurther(payment, event.money() == null ? 0 : event.money().minor())
                    : PaymentFacts.captured(payment, event.money());
            case FAILED -> PaymentFact.NOT_CHARGED;
            case CAPTURE_DECLINED -> PaymentFacts.captureDeclined(payment);
            case CANCELLED -> PaymentFact.CANCELLED;
            case CANCELLED_OR_REFUNDED -> PaymentFact.UNDONE;
            case REFUNDED -> PaymentFacts.refundedUnasked(payment, event.money(), List.of());
            case REFUND_FAILED -> PaymentFacts.refundFailed(null);
            case CAPTURE_FAILED -> PaymentFacts.takenBack(payment, event.money(), null, true);
            case DISPUTE_OPENED, DISPUTE_UNDER_REVIEW, DISPUTE_WON, DISPUTE_LOST, DISPUTE_CLOSED, FUNDS_WITHDRAWN,
                    FUNDS_REINSTATED ->
                PaymentFacts.disputed(event.partReference() == null ? event.reference() : event.partReference(), event.money());
            case OTHER, UNDECLARED -> PaymentFact.KNOWN;
        };
    }
}
