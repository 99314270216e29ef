package io.payroute.notification.mail;

import java.time.Instant;
import java.util.List;

import io.payroute.notification.DueNotification;
import io.payroute.notification.HandleNotification;
import io.payroute.platform.Refusal;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial;
import io.payroute.proto.payment.PaymentRequest;
import io.quarkus.qute.TemplateException;

/** Writes the mails of what another role would have told a customer. */
public final class TryMails implements Trial {

    /** Any; the same each time, to be compared. */
    private static final Instant AT = Instant.parse("2026-01-01T12:00:00Z");

    @Override
    public boolean runs(String routeId) {
        return false;
    }

    @Override
    public List<Said> take(DryRoutes routes, Object message) {
        if (!(message instanceof PaymentRequest request)) {
            return List.of();
        }
        String what = "mail";
        try {
            DueNotification due = HandleNotification.due(request, !routes.key("payroute.mode:embedded").equals("external"), AT);
            if (due.address() == null) {
                return List.of(Said.of(what, "none when " + request.getStatus() + ": the user has no address"));
            }
            Mail mail = new ComposeMail(routes.key("smtp.from")).compose(due);
            return List.of(Said.of(what, "when " + request.getStatus() + ", to " + mail.to() + ": " + mail.subject() + "\n"
                    + mail.text().lines().map(line -> ("| " + line).strip()).reduce((a, b) -> a + "\n" + b).orElse("")));
        } catch (TemplateException | Refusal e) {
            return List.of(Said.bad(what, "cannot be written: " + e.getMessage()));
        }
    }
}
