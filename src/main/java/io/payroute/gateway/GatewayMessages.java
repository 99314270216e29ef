package io.payroute.gateway;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.http.JsonBody;
import io.payroute.proto.notification.NotifyResponse;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.proto.notification.SendSMSRequest;
import io.payroute.proto.user.GetUserRequest;
import io.payroute.proto.user.UserResponse;
import io.vertx.core.json.JsonObject;

/**
 * Messages between JSON and {@code notification.NotificationService}. A person writes to his own address and to no other, so that
 * nobody who registers can send mail to the world.
 */
@ApplicationScoped
@Named("gatewayMessages")
public class GatewayMessages {

    private static final String MAIL = "gatewayMail";
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

    public void readEmail(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonBody.Values values = Requests.read(message, EMAIL);
        String reach = Requests.reach(message);
        String user = values.text("user_id", reach);
        Confined.to(message).check(user);
        exchange.setProperty(MAIL, SendEmailRequest.newBuilder().setUserId(user).setTo(Requests.email(values, "to"))
                .setSubject(values.text("subject")).setBody(values.text("body"))
                .setIdempotencyKey(Requests.keyOfCaller(message)).build());
        message.setBody(GetUserRequest.newBuilder().setUserId(reach).build());
    }

    /** Whether the caller is one person, whose address has to be asked for. */
    public boolean isPerson(@Body GetUserRequest request) {
        return !request.getUserId().isEmpty();
    }

    public void requireOwn(@Body UserResponse user, @ExchangeProperty(MAIL) SendEmailRequest mail) {
        if (!user.getEmail().equalsIgnoreCase(mail.getTo())) {
            throw Refusal.forbidden("You may write to your own address only.");
        }
    }

    public SendEmailRequest email(@ExchangeProperty(MAIL) SendEmailRequest mail) {
        return mail;
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
