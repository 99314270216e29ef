package io.payroute.payment.accept;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.PaymentOutcomes;
import io.payroute.payment.model.Payment;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.http.HttpEdge;
import io.payroute.platform.http.JsonAnswer;
import io.vertx.core.json.JsonObject;

/** Waits with the answer of {@code POST /process-payment} for what becomes of the accepted payment. */
@ApplicationScoped
@Named("processHandler")
public class ProcessHandler {

    private final PaymentOutcomes outcomes;
    private final HttpEdge edge;
    private final Duration timeout;

    ProcessHandler(PaymentOutcomes outcomes, HttpEdge edge,
            @ConfigProperty(name = "payment.process.timeout") Duration timeout) {
        this.outcomes = outcomes;
        this.edge = edge;
        this.timeout = timeout;
    }

    /** Makes the answer 202 of an accepted payment 200 with the payment, if there is an outcome in time. */
    public CompletionStage<Void> await(Exchange exchange) {
        UUID payment = exchange.getProperty(PayHandler.PAYMENT_ID, UUID.class);
        return edge.aside(outcomes.await(payment, timeout)).thenAccept(
                outcome -> outcome.ifPresent(known -> answer(exchange.getMessage(), known)));
    }

    private static void answer(Message message, Payment payment) {
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        message.setBody(new JsonObject().put("payment", PaymentHandler.json(payment)).encode());
    }

    /** Answers a GET, which changes nothing. */
    public void usage(Exchange exchange) {
        JsonAnswer.set(exchange.getMessage(), new JsonObject()
                .put("message",
                        "POST a payment here to make it and get its outcome: 200 with the payment, or 202 with "
                                + "the header Location, the address to query, when there is none after " + timeout.toSeconds()
                                + " seconds.")
                .put("example", new JsonObject().put("userId", "user-1").put("amount", 49.99).put("currency", "USD")
                        .put("method", "card")));
    }
}
