package io.payroute.notification;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.platform.Ids;
import io.payroute.proto.notification.NotifyResponse;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.proto.notification.SendSMSRequest;
import io.vertx.core.json.JsonObject;

/** Takes a message of a caller's own words, to be sent to one recipient; the same idempotency key is one message. */
@ApplicationScoped
@Named("acceptMessage")
public class AcceptMessage {

    private final StoreNotifications store;

    AcceptMessage(StoreNotifications store) {
        this.store = store;
    }

    public NotifyResponse email(SendEmailRequest request) throws Exception {
        store.store(notification(request));
        return accepted("E-mail accepted");
    }

    public NotifyResponse sms(SendSMSRequest request) throws Exception {
        store.store(notification(request));
        return accepted("SMS accepted");
    }

    static NewNotification notification(SendEmailRequest request) {
        return new NewNotification(NewNotification.EMAIL, key("mail", request.getIdempotencyKey()), userId(request.getUserId()),
                Rules.email("to", request.getTo()), Rules.requiredLine("subject", request.getSubject(), Rules.MAX_SUBJECT),
                "message", new JsonObject().put("body", Rules.text("body", request.getBody(), Rules.MAX_BODY)), null);
    }

    static NewNotification notification(SendSMSRequest request) {
        return new NewNotification(NewNotification.SMS, key("sms", request.getIdempotencyKey()), userId(request.getUserId()),
                Rules.phoneNumber("phone_number", request.getPhoneNumber()), null, null,
                new JsonObject().put("body", Rules.text("message", request.getMessage(), Rules.MAX_SMS)), null);
    }

    /** A name space a kind, so that a caller's key never meets an event's id. */
    private static String key(String kind, String idempotencyKey) {
        String key = Rules.line("idempotency_key", idempotencyKey, Rules.MAX_ID);
        return kind + ":" + (key.isBlank() ? Ids.next().toString() : key);
    }

    private static String userId(String userId) {
        return Rules.line("user_id", userId, Rules.MAX_ID);
    }

    private static NotifyResponse accepted(String message) {
        return NotifyResponse.newBuilder().setSuccess(true).setMessage(message).build();
    }
}
