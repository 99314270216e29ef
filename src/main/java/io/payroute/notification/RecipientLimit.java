package io.payroute.notification;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

/**
 * How many messages a recipient may get in a period. Whoever may make payments chooses the address that is told of them; without
 * a limit he could fill somebody else's mailbox.
 *
 * @param messages 0 for no limit
 */
record RecipientLimit(int messages, Duration period) {

    static final RecipientLimit NONE = new RecipientLimit(0, Duration.ofHours(1));
    private static final int EXTERNAL = 100;

    static RecipientLimit of(Config config) {
        boolean external = config.getOptionalValue("payroute.mode", String.class).orElse("embedded").equals("external");
        Optional<Integer> messages = config.getOptionalValue("notification.recipient-limit", Integer.class);
        return new RecipientLimit(messages.orElse(external ? EXTERNAL : 0),
                DeliveryOutcome.duration(config, "notification.recipient-period"));
    }

    boolean isOn() {
        return messages > 0;
    }

    /** What one message books, in microseconds. */
    long share() {
        return period.toNanos() / 1_000 / messages;
    }

    /** The mailbox that an address reaches: capital letters and a +part lead to no other. The same in SQL: {@link #SQL}. */
    static String key(String address) {
        return address.replaceFirst("\\+.*@", "@").toLowerCase(Locale.ROOT);
    }

    static final String SQL = "lower(regexp_replace(address, '[+].*@', '@'))";
}
