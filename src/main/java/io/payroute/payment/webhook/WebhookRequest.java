package io.payroute.payment.webhook;

import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.access.Confined;
import io.vertx.core.json.JsonObject;

/** Who requests which endpoint, and how the answer is written. */
record WebhookRequest(Message message, String owner) {

    /** @throws Refusal 403 for a caller who may see his own payments only */
    static WebhookRequest of(Exchange exchange) {
        Message message = exchange.getMessage();
        Confined.refuse(message, "Webhook endpoints are told of all payments; a single user may not have any.");
        return new WebhookRequest(message, message.getHeader(AccessGuard.CALLER_HEADER, "anonymous", String.class));
    }

    byte[] body() {
        byte[] body = message.getBody(byte[].class);
        return body == null ? new byte[0] : body;
    }

    UUID id() {
        return uuid("id", WebhookEndpoints.unknown());
    }

    UUID uuid(String header, Refusal otherwise) {
        try {
            return Ids.parse(message.getHeader(header, "", String.class));
        } catch (IllegalArgumentException e) {
            throw otherwise;
        }
    }

    void answer(int status, JsonObject body) {
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        if (body == null) {
            message.setBody(null);
            return;
        }
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(body.encode());
    }
}
