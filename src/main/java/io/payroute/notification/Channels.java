package io.payroute.notification;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.vertx.core.json.JsonObject;

/**
 * Takes the messages that the route {@value #HOOK} wants an event to make. They are stored by the step behind that route, all of
 * them or none: the route itself stores and sends nothing.
 */
@ApplicationScoped
@Named("channels")
public class Channels {

    static final String HOOK = "notification-channels";
    /** Behind it stands the kind. */
    static final String ROUTE = "notification-send-";

    private static final String NEWS = "paymentNews";
    private static final String MAIL = "paymentMail";
    private static final String MESSAGES = "paymentMessages";
    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,29}");

    /** What the route works on; kept beside the body, which the route may change. */
    static void begin(Exchange exchange, PaymentNews news, NewNotification mail) {
        exchange.setProperty(NEWS, news);
        exchange.setProperty(MAIL, mail);
        exchange.setProperty(MESSAGES, new ArrayList<NewNotification>(1));
        exchange.getMessage().setBody(news);
    }

    /** Adds the mail to the customer, as it is without a route of the team. */
    public void email(Exchange exchange) {
        add(exchange, exchange.getProperty(MAIL, NewNotification.class));
    }

    /** Adds a message of another kind: header kind says which, text what, and address where to, in words of the kind's own route. */
    public void add(Exchange exchange) {
        Message message = exchange.getMessage();
        String kind = header(message, "kind");
        String text = header(message, "text");
        String address = header(message, "address");
        NewNotification mail = exchange.getProperty(MAIL, NewNotification.class);
        if (!isKind(kind) || kind.equals(NewNotification.EMAIL)) {
            throw new IllegalArgumentException("A message needs a header kind: a word of small letters, digits and hyphens, at "
                    + "most 30; a mail is added by channels.email");
        }
        add(exchange, new NewNotification(kind, "channel:" + kind + ":" + mail.dedupeKey(), mail.userId(),
                Rules.address(kind, "address", address.isEmpty() && !kind.equals(NewNotification.SMS) ? kind : address), null,
                null,
                words(mail.fields(),
                        Rules.text("text", text, kind.equals(NewNotification.SMS) ? Rules.MAX_SMS : Rules.MAX_BODY)),
                null));
    }

    static boolean isKind(String word) {
        return KIND.matcher(word).matches();
    }

    private static JsonObject words(JsonObject fields, String text) {
        return new JsonObject().put("body", text).put("paymentId", fields.getString("paymentId"))
                .put("status", fields.getString("status"));
    }

    /** Taken out, so that the next message does not have it by mistake. */
    private static String header(Message message, String name) {
        Object value = message.removeHeader(name);
        return value == null ? "" : value.toString();
    }

    private static void add(Exchange exchange, NewNotification message) {
        List<NewNotification> messages = messages(exchange);
        if (messages.stream().anyMatch(other -> other.kind().equals(message.kind()))) {
            throw new IllegalStateException(
                    "An event makes one message of a kind; this is the second one of kind " + message.kind());
        }
        messages.add(message);
        exchange.getMessage().setBody(exchange.getProperty(NEWS));
    }

    @SuppressWarnings("unchecked")
    static List<NewNotification> messages(Exchange exchange) {
        return exchange.getProperty(MESSAGES, List.class);
    }

    static NewNotification mail(Exchange exchange) {
        return exchange.getProperty(MAIL, NewNotification.class);
    }
}
