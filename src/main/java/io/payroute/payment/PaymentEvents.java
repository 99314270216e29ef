package io.payroute.payment;

import java.time.Instant;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.proto.payment.PaymentStatusUpdated;

/** What the payment role tells the others, as protobuf. */
public final class PaymentEvents {

    public static final String SUBMITTED = "io.payroute.payment.submitted";
    public static final String STATUS_UPDATED = "io.payroute.payment.status-updated";

    private PaymentEvents() {
    }

    public static EventEnvelope submitted(String topic, PaymentInstruction instruction) {
        PaymentRequest.Builder event = PaymentRequest.newBuilder().setPaymentId(instruction.paymentId().toString())
                .setUserId(instruction.userId()).setAmount(instruction.money().majorAsDouble())
                .setAmountMinor(instruction.money().minor()).setCurrency(instruction.money().currency())
                .setMethod(instruction.method()).setEmail(orEmpty(instruction.email()))
                .setDescription(orEmpty(instruction.description())).setOrderId(orEmpty(instruction.orderId()))
                .setProvider(orEmpty(instruction.provider())).setAuthorizeOnly(!instruction.capture());
        return EventEnvelope.protobuf(topic, instruction.paymentId().toString(), SUBMITTED, event.build().toByteArray());
    }

    public static EventEnvelope statusUpdated(String topic, Payment payment, PaymentStatus previous, PaymentStatus next,
            String reason, Instant at, long captured, long refunded) {
        return EventEnvelope.protobuf(topic, payment.id().toString(), STATUS_UPDATED,
                message(payment, previous, next, reason, at, captured, refunded).toByteArray());
    }

    public static PaymentStatusUpdated message(Payment payment, PaymentStatus previous, PaymentStatus next, String reason,
            Instant at, long captured, long refunded) {
        return PaymentStatusUpdated.newBuilder().setPaymentId(payment.id().toString())
                .setOrderId(orEmpty(payment.orderId())).setUserId(payment.userId()).setStatus(next.word())
                .setPreviousStatus(previous.word()).setProvider(payment.provider()).setReason(orEmpty(reason))
                .setMethod(payment.method()).setEmail(orEmpty(payment.email())).setUpdatedAt(at.toString())
                .setAmountMinor(payment.money().minor()).setCurrency(payment.money().currency()).setCapturedMinor(captured)
                .setRefundedMinor(refunded).setDisputedMinor(payment.disputed())
                .setChargedBackMinor(payment.chargedBack()).build();
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }
}
