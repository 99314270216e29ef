package io.payroute.notification;

import java.sql.SQLException;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.notification.FindNotifications.Row;
import io.payroute.notification.FindNotifications.Wanted;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.http.Parameters;
import io.payroute.platform.http.Seen;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Answers {@code /api/v1/notifications}: what customers were told, or why they were not. For operators alone. */
@ApplicationScoped
@Named("notificationHandler")
public class NotificationHandler {

    private static final List<String> STATUSES = List.of("dead", "queued", "sent", "skipped");
    private static final int MAX_ADDRESS = 254;
    private static final int MAX_KIND = 30;
    private static final int MAX_UUID = 36;

    private final FindNotifications findNotifications;
    private final SendAgain sendAgain;

    NotificationHandler(FindNotifications findNotifications, SendAgain sendAgain) {
        this.findNotifications = findNotifications;
        this.sendAgain = sendAgain;
    }

    /** Makes one due now, whatever it waits for; one that was sent is sent once more. Repeating it while it waits is harmless; a form is refused when its page shows another state. */
    public void sendAgain(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        Confined.refuse(message, "Only operators may send notifications again.");
        String id = message.getHeader("id", "", String.class);
        if (!id.matches("[0-9]{1,18}")) {
            throw SendAgain.unknown();
        }
        sendAgain.send(Long.parseLong(id), Seen.of(message));
        JsonAnswer.set(message, new JsonObject()
                .put("notification", json(findNotifications.find(Long.parseLong(id)).orElseThrow(SendAgain::unknown))));
    }

    public void list(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        Confined.refuse(message, "Only operators may read notifications.");
        Parameters parameters = Parameters.of(message);
        int limit = parameters.limit();
        String kind = kind(parameters.text("kind", MAX_KIND));
        List<Row> rows = findNotifications.page(new Wanted(parameters.word("status", STATUSES), kind,
                payment(parameters.text("payment_id", MAX_UUID)), recipient(parameters.text("recipient", MAX_ADDRESS)),
                cursor(parameters.cursor()), limit + 1));
        List<Row> page = rows.subList(0, Math.min(limit, rows.size()));
        JsonArray notifications = new JsonArray();
        page.forEach(row -> notifications.add(json(row)));
        JsonAnswer.set(message, new JsonObject().put("notifications", notifications)
                .put("next_cursor", rows.size() > limit ? Long.toString(page.get(limit - 1).id()) : null));
    }

    private static String payment(String text) {
        try {
            return text == null ? null : Ids.parse(text).toString();
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("payment_id", "uuid", "payment_id must be a UUID in full.");
        }
    }

    private static String kind(String text) {
        if (text != null && !Channels.isKind(text)) {
            throw Refusal.invalid("kind", "kind", "kind must be a word of small letters, digits and hyphens.");
        }
        return text;
    }

    private static String recipient(String text) {
        try {
            return text == null
                    ? null
                    : text.startsWith("+") ? Rules.phoneNumber("recipient", text) : Rules.email("recipient", text);
        } catch (Refusal e) {
            throw Refusal.invalid("recipient", "address", e.getMessage() + ".");
        }
    }

    private static Long cursor(String text) {
        if (text != null && !text.matches("[0-9]{1,18}")) {
            throw Refusal.invalid("cursor", "cursor", "cursor must be the next_cursor of an earlier page.");
        }
        return text == null ? null : Long.valueOf(text);
    }

    private static JsonObject json(Row row) {
        boolean queued = row.status().equals("queued");
        return new JsonObject().put("id", Long.toString(row.id())).put("kind", row.kind()).put("status", row.status())
                .put("payment_id", row.paymentId()).put("recipient", masked(row.address())).put("template", row.template())
                .put("attempts", row.attempts()).put("unanswered", row.unanswered()).put("reason", row.reason())
                .put("created_at", row.createdAt().toString()).put("due_at", queued ? row.dueAt().toString() : null)
                .put("sent_at", row.sentAt() == null ? null : row.sentAt().toString());
    }

    /** Enough to know it again, and too little to write to it. */
    private static String masked(String address) {
        if (address == null) {
            return null;
        }
        int at = address.indexOf('@');
        return at < 0
                ? "***" + address.substring(Math.max(0, address.length() - 4))
                : address.charAt(0) + "***" + address.substring(at);
    }
}
