package io.payroute.payment.initiate;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;

import io.payroute.payment.charge.AskProvider;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Idempotency;
import io.payroute.proto.payment.CheckPaymentStatusRequest;
import io.payroute.proto.payment.PaymentResponse;
import io.payroute.proto.payment.ReversePaymentRequest;

/** Tells where a payment stands, in the three words of a shop, and takes one back. */
@ApplicationScoped
@Named("orderPayments")
public class OrderPayments {

    private final PaymentsOfOrders payments;
    private final RequestOperation requestOperation;
    private final AskProvider askProvider;

    OrderPayments(PaymentsOfOrders payments, RequestOperation requestOperation, AskProvider askProvider) {
        this.payments = payments;
        this.requestOperation = requestOperation;
        this.askProvider = askProvider;
    }

    /** @param id of a payment that is stored */
    public PaymentResponse initiated(@Body UUID id) throws Exception {
        return response(find(id));
    }

    public PaymentResponse status(@Body CheckPaymentStatusRequest request) throws Exception {
        PaymentsOfOrders.Found found = find(id(request.getPaymentId(), request.getOrderId()));
        if (!request.getUserId().isEmpty() && !request.getUserId().equals(found.payment().userId())) {
            throw PaymentHandler.noPayment();
        }
        return response(found);
    }

    /**
     * One that waits for its customer stays PENDING until the provider has ended it.
     *
     * @throws Refusal a conflict while it is being charged, or a refund is under way that an earlier key asked for
     */
    public PaymentResponse reverse(@Body ReversePaymentRequest request) throws Exception {
        if (request.getIdempotencyKey().isBlank()) {
            throw Refusal.invalid("idempotency_key", "required", "idempotency_key is required.");
        }
        Idempotency.check(request.getIdempotencyKey());
        Payment payment = find(id(request.getPaymentId(), request.getOrderId())).payment();
        Kind kind = switch (payment.status()) {
            case PENDING, REVIEW, PROCESSING, UNKNOWN, AUTHORIZED -> Kind.CANCEL;
            case COMPLETED, PARTIALLY_REFUNDED -> payment.refundable() == 0 ? null : Kind.REFUND;
            case REFUNDED, FAILED, CANCELLED -> null;
        };
        boolean givenUp = kind == Kind.CANCEL && askProvider.giveUp(payment.id());
        if (kind != null && !givenUp) {
            byte[] hash = Idempotency.sha256((kind + " " + payment.id()).getBytes(StandardCharsets.UTF_8));
            requestOperation.take(new RequestOperation.Request(kind, payment.id(), null, null,
                    new Idempotency.Key(InitiatePayment.CALLER, kind.word() + ":" + request.getIdempotencyKey(), hash)));
        }
        return response(find(payment.id()));
    }

    private static UUID id(String paymentId, String orderId) {
        return paymentId.isEmpty() && !orderId.isEmpty() ? InitiatePayment.idOf(orderId) : PaymentHandler.id(paymentId);
    }

    private PaymentsOfOrders.Found find(UUID id) throws Exception {
        return payments.find(id).orElseThrow(PaymentHandler::noPayment);
    }

    private static PaymentResponse response(PaymentsOfOrders.Found found) {
        return stands(found.payment()).toBuilder().setUrl(orEmpty(found.url())).setClientSecret(orEmpty(found.clientSecret()))
                .build();
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static PaymentResponse stands(Payment payment) {
        String word = switch (payment.status()) {
            case PENDING, REVIEW, PROCESSING, UNKNOWN, AUTHORIZED -> "PENDING";
            case COMPLETED, PARTIALLY_REFUNDED -> "PAID";
            case REFUNDED, FAILED, CANCELLED -> "FAILED";
        };
        return PaymentResponse.newBuilder().setPaymentId(payment.id().toString())
                .setOrderId(payment.orderId() == null ? "" : payment.orderId()).setStatus(word)
                .setPaymentStatus(payment.status().word()).setProvider(payment.provider())
                .setCreatedAt(payment.createdAt().toString()).setUpdatedAt(payment.updatedAt().toString())
                .setMessage(payment.reason() == null ? "" : payment.reason()).build();
    }
}
