package io.payroute.notification;

import java.time.Instant;
import java.util.List;

import org.apache.camel.Exchange;

import io.payroute.proto.payment.PaymentRequest;

/** What stands around the hooks of the notifications, for who tries them without storing or sending anything. */
public final class HookedMessages {

    public static final String CHANNELS = Channels.HOOK;
    public static final String BEFORE_MESSAGE = SendNotifications.HOOK;
    private static final SendNotifications STEPS = new SendNotifications(null, null);

    private HookedMessages() {
    }

    /** As it gets to the hook {@value Channels#HOOK}. */
    public static void begin(Exchange exchange, PaymentRequest request, boolean testAddresses) {
        NewNotification mail = HandleNotification.notification(request, testAddresses);
        Channels.begin(exchange, HandleNotification.news(request, mail), mail);
    }

    /** What that hook made, as it would be due at this time; without an address where the user has none. */
    public static List<DueNotification> made(Exchange exchange, Instant at) {
        return Channels.messages(exchange).stream().map(made -> new DueNotification(0, made.kind(), made.dedupeKey(),
                made.address(), made.subject(), made.template(), made.fields(), 1, 0, null, at)).toList();
    }

    /** As it gets to the hook {@value SendNotifications#HOOK}. */
    public static void begin(Exchange exchange, DueNotification due) {
        exchange.getMessage().setBody(due);
        STEPS.begin(exchange);
    }

    /** Takes that hook's word; what is to be sent is the body. @return why it is not sent, or null */
    public static String suppressed(Exchange exchange, DueNotification due) {
        STEPS.release(exchange, due);
        return exchange.getProperty(SendNotifications.SUPPRESSED, String.class);
    }
}
