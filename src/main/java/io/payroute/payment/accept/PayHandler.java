package io.payroute.payment.accept;

import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.Ids;
import io.payroute.platform.LogSubject;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.JsonBody;
import io.vertx.core.json.JsonObject;

/** Reads the request of {@code POST /pay}, which {@code POST /process-payment} shares, and writes its answer. */
@ApplicationScoped
@Named("payHandler")
public class PayHandler {

    /** Exchange property with the id of the accepted payment. */
    static final String PAYMENT_ID = "paymentId";
    private static final JsonBody.Schema PAY = JsonBody.schema()
            .required("userId", JsonBody.text(1, PaymentInstruction.MAX_USER_ID))
            .required("amount", JsonBody.decimal()).optional("currency", JsonBody.text(1, 8))
            .money("amount", "currency", PaymentRules.DEFAULT_CURRENCY)
            .required("method", JsonBody.text(1, PaymentInstruction.MAX_METHOD))
            .nullable("email", JsonBody.text(1, PaymentRules.MAX_EMAIL))
            .nullable("description", JsonBody.text(0, PaymentRules.MAX_DESCRIPTION));

    private final AcceptPayment acceptPayment;

    public PayHandler(AcceptPayment acceptPayment) {
        this.acceptPayment = acceptPayment;
    }

    /** Replaces the body by the checked {@link PaymentInstruction}. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        if (body == null) {
            throw Refusal.malformed("The body is empty; send a JSON object.");
        }
        String key = message.getHeader(Idempotency.HEADER, String.class);
        if (key != null) {
            Idempotency.check(key);
            exchange.setProperty("requestHash", Idempotency.sha256(body));
        }
        JsonBody.Values values = PAY.parse(body);
        Confined.to(message).check(values.text("userId"));
        message.setBody(
                PaymentRules.check(PaymentRules.Names.PAY, Ids.next(), values.text("userId"), () -> values.money("amount"),
                        values.text("method"), values.text("email"), values.text("description"), null));
    }

    /** Stores the payment, and answers 202 after the commit. */
    public CompletionStage<Void> accept(Exchange exchange) {
        Message message = exchange.getMessage();
        return stored(acceptPayment, exchange).thenAccept(accepted -> {
            exchange.setProperty(PAYMENT_ID, accepted.paymentId());
            LogSubject.set(exchange, () -> LogSubject.id(PAYMENT_ID, accepted.paymentId()));
            answer(message, 202, accepted);
            message.setBody(
                    new JsonObject().put("message", "Payment submitted").put("paymentId", accepted.paymentId().toString())
                            .put("status", "pending").encode());
        });
    }

    /** The payment in the body, when it is stored. */
    static CompletionStage<AcceptPayment.Accepted> stored(AcceptPayment acceptPayment, Exchange exchange) {
        Message message = exchange.getMessage();
        return acceptPayment.accept(message.getBody(PaymentInstruction.class),
                message.getHeader(Idempotency.CALLER, "anonymous", String.class),
                message.getHeader(Idempotency.HEADER, String.class), exchange.getProperty("requestHash", byte[].class));
    }

    /** All of an answer but its body. */
    static void answer(Message message, int status, AcceptPayment.Accepted accepted) {
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader("Location", PaymentHandler.PATH + accepted.paymentId());
        if (accepted.replayed()) {
            message.setHeader(Idempotency.REPLAYED, "true");
        }
    }
}
