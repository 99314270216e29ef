package io.payroute.payment.review;

import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.query.FindPayments;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.http.JsonBody;
import io.vertx.core.json.JsonObject;

/** Reads {@code POST /api/v1/payments/{id}/approve} and {@code /reject}, and writes their answers. */
@ApplicationScoped
@Named("reviewHandler")
public class ReviewHandler {

    private static final int MAX_REASON = 200;
    private static final JsonBody.Schema APPROVE = JsonBody.schema().optional("reason", JsonBody.text(1, MAX_REASON));
    private static final JsonBody.Schema REJECT = JsonBody.schema().required("reason", JsonBody.text(1, MAX_REASON));
    private static final byte[] EMPTY = {'{', '}'};

    private final ReviewPayment reviewPayment;
    private final FindPayments findPayments;

    ReviewHandler(ReviewPayment reviewPayment, FindPayments findPayments) {
        this.reviewPayment = reviewPayment;
        this.findPayments = findPayments;
    }

    public void approve(Exchange exchange) throws Exception {
        decide(exchange, true, APPROVE);
    }

    public void reject(Exchange exchange) throws Exception {
        decide(exchange, false, REJECT);
    }

    private void decide(Exchange exchange, boolean approved, JsonBody.Schema schema) throws Exception {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        Idempotency.Key key = Idempotency.of(exchange, body);
        JsonBody.Values values = schema.parse(body == null || body.length == 0 ? EMPTY : body);
        UUID id = PaymentHandler.id(message.getHeader("id", String.class));
        boolean replayed = reviewPayment
                .decide(new ReviewPayment.Decision(id, approved, values.text("reason"), key));
        message.removeHeaders("*");
        JsonAnswer.set(message,
                new JsonObject().put("payment", PaymentHandler.json(findPayments.find(id).orElseThrow())));
        if (replayed) {
            message.setHeader(Idempotency.REPLAYED, "true");
        }
    }
}
