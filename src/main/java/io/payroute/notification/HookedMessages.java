package io.payroute.notification;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Causes;
import io.payroute.proto.payment.PaymentRequest;

/** What stands around the hooks of the notifications: what they get, and what their word means. It stores and sends nothing. */
public final class HookedMessages {

    public static final String CHANNELS = Channels.HOOK;
    public static final String BEFORE_MESSAGE = SendNotifications.HOOK;
    private static final Pattern TEMPLATE = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");
    private static final int MAX_REASON = 200;

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
        begin(exchange);
    }

    /** The same of the body. @return the body */
    static DueNotification begin(Exchange exchange) {
        DueNotification due = exchange.getMessage().getBody(DueNotification.class);
        exchange.getMessage().setHeader("kind", due.kind());
        return due;
    }

    /**
     * Reads what that hook said by headers: suppress keeps the message from being sent, template and subject change a mail's words.
     * Whatever else it did to the message has no effect. What is to be sent is the body.
     *
     * @return why it is not sent, or null
     */
    public static String takeWord(Exchange exchange, DueNotification due) {
        Message message = exchange.getMessage();
        String suppress = said(message, "suppress");
        String template = said(message, "template");
        String subject = said(message, "subject");
        if (template != null && !TEMPLATE.matcher(template).matches()) {
            throw new IllegalArgumentException("The header template must be a template's name without its ending");
        }
        if (subject != null) {
            Rules.requiredLine("subject", subject, Rules.MAX_SUBJECT);
        }
        message.removeHeaders("*");
        message.setHeader("kind", due.kind());
        message.setBody(due.kind().equals(NewNotification.EMAIL) ? due.told(template, subject) : due);
        return suppress == null ? null : reason(suppress);
    }

    private static String said(Message message, String header) {
        Object value = message.getHeader(header);
        return value == null ? null : value.toString();
    }

    private static String reason(String said) {
        String reason = Causes.mask("suppressed: " + (said.isBlank() ? "no reason given" : said.strip()));
        return reason.substring(0, Math.min(MAX_REASON, reason.length()));
    }
}
