package io.payroute.payment.initiate;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.payment.query.FindPayments;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.CheckPaymentStatusRequest;
import io.payroute.proto.payment.PaymentResponse;
import io.payroute.proto.payment.ReversePaymentRequest;

/** Tells where a payment stands, in the three words of a shop, and takes one back. */
@ApplicationScoped
@Named("orderPayments")
public class OrderPayments {

    /** What another provider asked for before it refused is of no use any more. */
    private static final String ACTION = "SELECT url, client_secret FROM payment_action WHERE payment_id = ? AND provider = ?";

    private final RoleDatabases databases;
    private final FindPayments findPayments;
    private final RequestOperation requestOperation;

    OrderPayments(RoleDatabases databases, FindPayments findPayments, RequestOperation requestOperation) {
        this.databases = databases;
        this.findPayments = findPayments;
        this.requestOperation = requestOperation;
    }

    /** @param id of a payment that is stored */
    public PaymentResponse initiated(@Body UUID id) throws SQLException {
        return response(find(id));
    }

    public PaymentResponse status(@Body CheckPaymentStatusRequest request) throws SQLException {
        Payment payment = find(id(request.getPaymentId(), request.getOrderId()));
        if (!request.getUserId().isEmpty() && !request.getUserId().equals(payment.userId())) {
            throw PaymentHandler.noPayment();
        }
        return response(payment);
    }

    /** @throws Refusal a conflict while it is being charged, or a refund is under way that an earlier key asked for */
    public PaymentResponse reverse(@Body ReversePaymentRequest request) throws Exception {
        if (request.getIdempotencyKey().isBlank()) {
            throw Refusal.invalid("idempotency_key", "required", "idempotency_key is required.");
        }
        Idempotency.check(request.getIdempotencyKey());
        Payment payment = find(id(request.getPaymentId(), request.getOrderId()));
        Kind kind = switch (payment.status()) {
            case PENDING, REVIEW, PROCESSING, UNKNOWN, AUTHORIZED -> Kind.CANCEL;
            case COMPLETED, PARTIALLY_REFUNDED -> payment.refundable() == 0 ? null : Kind.REFUND;
            case REFUNDED, FAILED, CANCELLED -> null;
        };
        if (kind != null) {
            byte[] hash = Idempotency.sha256((kind + " " + payment.id()).getBytes(StandardCharsets.UTF_8));
            requestOperation.take(new RequestOperation.Request(kind, payment.id(), null, null,
                    new Idempotency.Key(InitiatePayment.CALLER, kind.word() + ":" + request.getIdempotencyKey(), hash)));
        }
        return response(find(payment.id()));
    }

    private static UUID id(String paymentId, String orderId) {
        return paymentId.isEmpty() && !orderId.isEmpty() ? InitiatePayment.idOf(orderId) : PaymentHandler.id(paymentId);
    }

    private Payment find(UUID id) throws SQLException {
        return findPayments.find(id).orElseThrow(PaymentHandler::noPayment);
    }

    private PaymentResponse response(Payment payment) throws SQLException {
        PaymentResponse response = stands(payment);
        return payment.status() == PaymentStatus.PROCESSING || payment.status() == PaymentStatus.UNKNOWN
                ? Sql.query(databases.of(PaymentRole.NAME), ACTION, row -> response.toBuilder()
                        .setUrl(orEmpty(row.getString("url"))).setClientSecret(orEmpty(row.getString("client_secret"))).build(),
                        payment.id(), payment.provider()).stream().findFirst().orElse(response)
                : response;
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
