package io.payroute.notification;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Header;

import io.payroute.messaging.EventEnvelope;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.proto.payment.PaymentStatusUpdated;

/** A payment's new state as the argument of HandleNotification; the event's id goes along, so that it is told once. */
@ApplicationScoped
@Named("statusToRequest")
public class StatusToRequest {

    public PaymentRequest map(@Body PaymentStatusUpdated event, @Header(EventEnvelope.CE_ID) String eventId) {
        return PaymentRequest.newBuilder().setUserId(event.getUserId()).setMethod(event.getMethod())
                .setPaymentId(event.getPaymentId()).setOrderId(event.getOrderId()).setAmountMinor(event.getAmountMinor())
                .setCurrency(event.getCurrency()).setEmail(event.getEmail()).setStatus(event.getStatus())
                .setReason(event.getReason()).setEventId(eventId).build();
    }
}
