package io.payroute.notification.mail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;

import io.payroute.notification.Channels;
import io.payroute.notification.DueNotification;
import io.payroute.notification.HookedMessages;
import io.payroute.platform.Causes;
import io.payroute.platform.Refusal;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial;
import io.payroute.proto.payment.PaymentRequest;
import io.quarkus.qute.TemplateException;

/** Asks the hooks of the notifications what becomes of what another role would have told, and writes the mails. */
public final class TryMails implements Trial {

    private static final String MAIL = "mail";
    private static final String EMAIL = "email";
    /** Any; the same each time, to be compared. */
    private static final Instant AT = Instant.parse("2026-01-01T12:00:00Z");

    @Override
    public boolean runs(String routeId) {
        return routeId.equals(HookedMessages.CHANNELS) || routeId.equals(HookedMessages.BEFORE_MESSAGE);
    }

    @Override
    public Map<String, Object> beans(DryRoutes routes) {
        return Map.of("channels", new Channels());
    }

    @Override
    public List<Said> take(DryRoutes routes, Object message) {
        if (!(message instanceof PaymentRequest request)) {
            return List.of();
        }
        List<Said> said = new ArrayList<>();
        String when = "when " + request.getStatus();
        try {
            Exchange news = routes.exchange(null);
            HookedMessages.begin(news, request, !routes.key("payroute.mode:embedded").equals("external"));
            Exchange made = run(routes, HookedMessages.CHANNELS, news, said);
            if (made.getException() != null) {
                said.add(Said.bad(HookedMessages.CHANNELS, when + " it fails: " + Causes.brief(made.getException())));
                return said;
            }
            List<DueNotification> messages = HookedMessages.made(made, AT);
            if (messages.isEmpty()) {
                said.add(Said.of(HookedMessages.CHANNELS, when + " it makes no message"));
            }
            messages.forEach(due -> send(routes, when, due, said));
        } catch (Refusal e) {
            said.add(Said.bad(MAIL, "cannot be written: " + e.getMessage()));
        }
        return said;
    }

    private static void send(DryRoutes routes, String when, DueNotification due, List<Said> said) {
        String what = due.kind().equals(EMAIL) ? MAIL : due.kind();
        if (due.address() == null) {
            said.add(Said.of(what, "none " + when + ": the user has no address"));
            return;
        }
        Exchange offered = routes.exchange(null);
        HookedMessages.begin(offered, due);
        Exchange asked = run(routes, HookedMessages.BEFORE_MESSAGE, offered, said);
        try {
            String suppressed = asked.getException() == null ? HookedMessages.takeWord(asked, due) : null;
            if (asked.getException() != null) {
                said.add(Said.bad(HookedMessages.BEFORE_MESSAGE,
                        when + " it fails for " + what + ": " + Causes.brief(asked.getException())));
            } else if (suppressed != null) {
                said.add(Said.of(what, "none " + when + ": " + HookedMessages.BEFORE_MESSAGE + " keeps it, " + suppressed));
            } else {
                said.add(written(routes, what, when, asked.getMessage().getBody(DueNotification.class)));
            }
        } catch (TemplateException | Refusal | IllegalArgumentException e) {
            said.add(Said.bad(what, "cannot be written: " + e.getMessage()));
        }
    }

    private static Said written(DryRoutes routes, String what, String when, DueNotification due) {
        if (what.equals(MAIL)) {
            Mail mail = new ComposeMail(routes.key("smtp.from")).compose(due);
            return Said.of(what, when + ", to " + mail.to() + ": " + mail.subject() + "\n" + lines(mail.text()));
        }
        String text = when + ", to " + due.address() + ":\n" + lines(due.text());
        return routes.ids().contains("notification-send-" + due.kind())
                ? Said.of(what, text)
                : Said.bad(what, text + "\nno route notification-send-" + due.kind() + " sends it");
    }

    private static String lines(String text) {
        return text.lines().map(line -> ("| " + line).strip()).reduce((a, b) -> a + "\n" + b).orElse("");
    }

    private static Exchange run(DryRoutes routes, String hook, Exchange offered, List<Said> said) {
        Exchange ran = routes.run(hook, offered.getMessage().getBody(), offered.getMessage().getHeaders(),
                offered.getProperties());
        routes.calls().forEach(call -> said.add(Said.of(hook, call)));
        return ran;
    }
}
