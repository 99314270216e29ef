package io.payroute.notification;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.payroute.platform.route.Hook;

/** The places where a team's own steps decide who is told what; the routes that call them hold to it. */
public final class NotificationHooks {

    private static final Hook CHANNELS = new Hook(Channels.HOOK,
            "Decides which messages the news of a payment makes. As packaged: one mail to the customer.", PaymentNews.class,
            named("eventId", "the event, the same for every repetition", "paymentId",
                    "the payment, empty for a client of the first generation",
                    "orderId", "the order, may be empty", "userId", "the user", "email", "the customer's address, may be empty",
                    "status", "the payment's state, such as completed or failed", "amount",
                    "as customers read it, such as 49.99 USD",
                    "amountMinor", "in minor units of the currency: 4999", "currency", "three letters of ISO 4217", "method",
                    "how it was paid", "reason", "why it failed, may be empty"),
            named("kind", "for channels.add: which kind of message, such as sms or a word of your own", "address",
                    "for channels.add: where to; a number for sms, up to 200 characters for your own kind, or absent", "text",
                    "for channels.add: the message"),
            "Calls channels.email for the mail, and channels.add for one message of any other kind; one of a kind for each event, "
                    + "none is allowed. What it does to the body has no effect. It must not call other systems: a caller waits.",
            "Nothing is stored and the caller is told. The event is told again while the failure is transient; otherwise it becomes a "
                    + "dead letter of topic payment.status-updated, whose replay tells it again.",
            Set.of("channels.email", "channels.add"));

    static final Hook BEFORE_MESSAGE = new Hook(SendNotifications.HOOK,
            "Is called before each attempt to send a message of any kind. As packaged: lets all pass.", DueNotification.class,
            named("kind", "email, sms or a kind of your own", "address", "where it goes", "maskedAddress", "the same for logs",
                    "subject",
                    "of a mail", "template", "of a mail, such as payment-completed", "text", "of a message without a template",
                    "dedupeKey", "the same for every attempt, for a service that takes an idempotency key",
                    "attempts", "with this one, from 1", "createdAt", "when it was stored"),
            named("suppress", "set it to the reason, and the message is not sent, now or later: it is skipped", "template",
                    "set it to send a mail by another template of templates/mail, such as payment-completed-de", "subject",
                    "set it to send a mail with another subject"),
            "Suppresses the message, or changes a mail's template and subject. Other headers and the body are put back.",
            "Nothing was sent. The message is due again after a pause like any other that failed, at most notification.max-attempts "
                    + "times, and is told as the hook's failure, never as the mail server's. So it is after notification.hook.timeout.",
            Set.of());

    private NotificationHooks() {
    }

    /** In the order of the page. */
    public static List<Hook> all() {
        return List.of(CHANNELS, BEFORE_MESSAGE);
    }

    private static Map<String, String> named(String... namesAndMeanings) {
        Map<String, String> named = new LinkedHashMap<>();
        for (int at = 0; at < namesAndMeanings.length; at += 2) {
            named.put(namesAndMeanings[at], namesAndMeanings[at + 1]);
        }
        return named;
    }
}
