package io.payroute.payment.telling;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.initiate.InitiatePayment;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.proto.payment.PaymentStatusUpdated;

/** A payment's new state as the argument of HandleNotification; the event's id goes along, so that it is told once. */
@ApplicationScoped
@Named("statusToRequest")
public class StatusToRequest {

    private final boolean ofOrders;

    @Inject
    StatusToRequest(@ConfigProperty(name = "payment.tell-customers-of-orders") boolean ofOrders) {
        this.ofOrders = ofOrders;
    }

    /** Whether this role has the customer told: the payment that was initiated for an order is told of by the order's own mails. */
    public boolean isToldHere(@Body PaymentStatusUpdated event) {
        return ofOrders || event.getOrderId().isEmpty()
                || !event.getPaymentId().equals(InitiatePayment.idOf(event.getOrderId()).toString());
    }

    public PaymentRequest map(@Body PaymentStatusUpdated event, Exchange exchange) {
        KafkaRecord record = KafkaRecord.of(exchange);
        record.about(exchange, "paymentId", event.getPaymentId());
        record.about(exchange, "orderId", event.getOrderId());
        return request(event, record.eventId());
    }

    public static PaymentRequest request(PaymentStatusUpdated event, String eventId) {
        return PaymentRequest.newBuilder().setUserId(event.getUserId()).setMethod(event.getMethod())
                .setPaymentId(event.getPaymentId()).setOrderId(event.getOrderId()).setAmountMinor(event.getAmountMinor())
                .setCurrency(event.getCurrency()).setEmail(event.getEmail()).setStatus(event.getStatus())
                .setReason(event.getReason()).setEventId(eventId).build();
    }
}
