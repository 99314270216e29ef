package io.payroute.payment.telling;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;

import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.proto.payment.PaymentStatusUpdated;

/** A payment's new state as the argument of HandleNotification; the event's id goes along, so that it is told once. */
@ApplicationScoped
@Named("statusToRequest")
public class StatusToRequest {

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
