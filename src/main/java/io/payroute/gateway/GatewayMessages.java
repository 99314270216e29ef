package io.payroute.gateway;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.http.JsonBody;
import io.payroute.proto.notification.NotifyResponse;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.proto.notification.SendSMSRequest;
import io.vertx.core.json.JsonObject;

/**
 * Messages between JSON and {@code notification.NotificationService}. They are operators': addresses of people are not confirmed, and
 * who registers a foreign one must not be able to write to it.
 */
@ApplicationScoped
@Named("gatewayMessages")
public class GatewayMessages {

    private static final int MAX_EMAIL = 254;
    private static final int MAX_PHONE = 32;
    private static final int MAX_SUBJECT = 200;
    private static final int MAX_BODY = 64 * 1024;
    private static final int MAX_SMS = 1_600;
    private static final JsonBody.Schema EMAIL = Requests.schema().optional("user_id", JsonBody.text(1, Requests.MAX_ID))
            .required("to", JsonBody.text(1, MAX_EMAIL)).required("subject", JsonBody.text(1, MAX_SUBJECT))
            .required("body", JsonBody.lines(1, MAX_BODY));
    private static final JsonBody.Schema SMS = Requests.schema().optional("user_id", JsonBody.text(1, Requests.MAX_ID))
            .required("phone_number", JsonBody.text(1, MAX_PHONE)).required("message", JsonBody.lines(1, MAX_SMS));

    public void email(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonBody.Values values = Requests.read(message, EMAIL);
        message.setBody(SendEmailRequest.newBuilder().setUserId(values.text("user_id", "")).setTo(Requests.email(values, "to"))
                .setSubject(values.text("subject")).setBody(values.text("body"))
                .setIdempotencyKey(Requests.keyOfCaller(message)).build());
    }

    public void sms(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonBody.Values values = Requests.read(message, SMS);
        message.setBody(SendSMSRequest.newBuilder().setUserId(values.text("user_id", ""))
                .setPhoneNumber(values.text("phone_number")).setMessage(values.text("message"))
                .setIdempotencyKey(Requests.keyOfCaller(message)).build());
    }

    public void accepted(@Body NotifyResponse accepted, Exchange exchange) {
        Envelope.answer(exchange, 200, new JsonObject().put("success", accepted.getSuccess())
                .put("message", accepted.getMessage()));
    }
}
