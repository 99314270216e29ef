package io.payroute.notification.mail;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.eclipse.microprofile.config.Config;

import io.payroute.notification.DueNotification;
import io.payroute.platform.Templates;

/**
 * Makes the mail of a notification. Its Message-ID depends on nothing but the dedupe key, so that a mail that had to be sent
 * twice is the same mail to every reader that looks.
 */
@ApplicationScoped
@Named("composeMail")
public class ComposeMail {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    private final Templates templates = new Templates("templates/mail");
    private final String from;

    @Inject
    ComposeMail(Config config) {
        this(config.getValue("smtp.from", String.class));
    }

    ComposeMail(String from) {
        this.from = from;
    }

    public Mail compose(DueNotification due) {
        Map<String, Object> values = new HashMap<>(due.fields().getMap());
        values.put("subject", due.subject());
        values.put("date", DATE.format(due.createdAt()));
        return new Mail(due.address(), from, due.subject(), messageId(due.dedupeKey()),
                templates.render(due.template() + ".txt", values), templates.render(due.template() + ".html", values));
    }

    private String messageId(String dedupeKey) {
        String id = PLAIN_ID.matcher(dedupeKey).matches()
                ? dedupeKey
                : UUID.nameUUIDFromBytes(dedupeKey.getBytes(StandardCharsets.UTF_8)).toString();
        return "<" + id + "@" + SmtpSettings.domain(from) + ">";
    }
}
