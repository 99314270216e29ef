package io.payroute.payment.operation;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.query.FindPayments;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.HttpEdge;
import io.payroute.platform.http.JsonBody;
import io.vertx.core.json.JsonObject;

/** Reads {@code POST /api/v1/payments/{id}/capture}, {@code /cancel} and {@code /refunds}, and writes their answers. */
@ApplicationScoped
@Named("operationHandler")
public class OperationHandler {

    /** Exchange property with the {@link UUID} of the operation that was taken. */
    static final String OPERATION = "operationId";
    private static final JsonBody.Schema AMOUNT = JsonBody.schema().optional("amount", JsonBody.decimal());
    private static final JsonBody.Schema NOTHING = JsonBody.schema();
    private static final byte[] EMPTY = {'{', '}'};

    private final RequestOperation requestOperation;
    private final FindOperations findOperations;
    private final FindPayments findPayments;
    private final OperationOutcomes outcomes;
    private final HttpEdge edge;
    private final Duration timeout;

    OperationHandler(RequestOperation requestOperation, FindOperations findOperations, FindPayments findPayments,
            OperationOutcomes outcomes, HttpEdge edge, @ConfigProperty(name = "payment.process.timeout") Duration timeout) {
        this.requestOperation = requestOperation;
        this.findOperations = findOperations;
        this.findPayments = findPayments;
        this.outcomes = outcomes;
        this.edge = edge;
        this.timeout = timeout;
    }

    public void capture(Exchange exchange) throws Exception {
        take(exchange, Kind.CAPTURE, AMOUNT);
    }

    public void cancel(Exchange exchange) throws Exception {
        take(exchange, Kind.CANCEL, NOTHING);
    }

    public void refund(Exchange exchange) throws Exception {
        take(exchange, Kind.REFUND, AMOUNT);
    }

    private void take(Exchange exchange, Kind kind, JsonBody.Schema schema) throws Exception {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        Idempotency.Key key = Idempotency.of(exchange, body);
        JsonBody.Values values = schema.parse(body == null || body.length == 0 ? EMPTY : body);
        String amount = schema == AMOUNT ? values.text("amount") : null;
        RequestOperation.Taken taken = requestOperation.take(new RequestOperation.Request(kind,
                PaymentHandler.id(message.getHeader("id", String.class)), amount,
                Confined.to(message).user(), key));
        message.removeHeaders("*");
        exchange.setProperty(OPERATION, taken.operationId());
        if (taken.replayed()) {
            message.setHeader(Idempotency.REPLAYED, "true");
        }
    }

    /** Waits, without a thread, until the provider has answered. */
    public CompletionStage<Void> await(Exchange exchange) {
        UUID operation = exchange.getProperty(OPERATION, UUID.class);
        return edge.aside(outcomes.await(operation, timeout)).thenAccept(outcome -> {
        });
    }

    /** 200 with the payment once the provider has answered; 202 while it has not. */
    public void answer(Exchange exchange) throws Exception {
        PaymentOperation operation = findOperations.find(exchange.getProperty(OPERATION, UUID.class)).orElseThrow();
        Payment payment = findPayments.find(operation.paymentId()).orElseThrow();
        if (operation.status() == PaymentOperation.Status.FAILED) {
            throw Refusal.of(Refusal.Kind.INVALID, "refused-by-provider", "The provider refused",
                    "The provider did not carry out the " + operation.kind().word() + ": " + operation.reason() + ".");
        }
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, operation.status() == PaymentOperation.Status.PENDING ? 202 : 200);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader("Location", PaymentHandler.PATH + payment.id());
        message.setBody(new JsonObject().put("payment", PaymentHandler.json(payment)).put("operation", json(operation))
                .encode());
    }

    private static JsonObject json(PaymentOperation operation) {
        return new JsonObject().put("id", operation.id().toString()).put("kind", operation.kind().word())
                .put("amount", operation.money().toDecimal()).put("amount_minor", operation.money().minor())
                .put("currency", operation.money().currency()).put("status", operation.status().word())
                .put("created_at", operation.createdAt().toString());
    }
}
