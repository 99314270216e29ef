package io.payroute.payment.conflict;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.page.PageLink;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.QueueSamples;
import io.quarkus.arc.Unremovable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Money that a provider moved, by its own answer, for a payment or an operation that had ended without, or more of it than was asked
 * for. Nothing corrects that by itself: a case is open until a person closes it and says why, which stays in the payment's history.
 */
@ApplicationScoped
@Named("conflictHandler")
public class ConflictHandler {

    private static final String QUEUE = "provider-conflicts";
    private static final String OPEN = "payment_event WHERE type = 'provider.conflict' AND detail -> 'closed' IS NULL";
    private static final String LIST = """
            SELECT o.id, o.at, o.detail, p.id AS payment_id, p.status, p.amount_minor, p.currency, p.provider_reference
            FROM (SELECT * FROM %s ORDER BY at DESC LIMIT 200) o JOIN payment p ON p.id = o.payment_id ORDER BY o.at DESC"""
            .formatted(OPEN);
    private static final String CLOSED = """
            SELECT d.at AS closed_at, d.detail AS closing, c.id, c.at, c.detail, p.id AS payment_id, p.status, p.amount_minor,
              p.currency, p.provider_reference
            FROM (SELECT * FROM payment_event WHERE type = 'provider.conflict-closed' ORDER BY at DESC LIMIT 100) d
            JOIN payment p ON p.id = d.payment_id
            JOIN payment_event c ON c.payment_id = d.payment_id AND c.id = (d.detail ->> 'conflict')::bigint
            ORDER BY d.at DESC""";
    /** The conflict itself is set, so that of two who close it at once the later one finds it closed. */
    private static final String CLOSE = """
            WITH closed AS (
              UPDATE payment_event SET detail = detail || '{"closed": true}'
              WHERE id = ? AND type = 'provider.conflict' AND detail -> 'closed' IS NULL RETURNING payment_id, id)
            INSERT INTO payment_event (payment_id, type, detail)
            SELECT payment_id, 'provider.conflict-closed', jsonb_build_object('conflict', id, 'by', ?::text, 'reason', ?::text)
            FROM closed""";
    private static final JsonBody.Schema REASON = JsonBody.schema().required("reason", JsonBody.text(1, 500));

    private final DataSource database;

    ConflictHandler(RoleDatabases databases) {
        this.database = databases.of(PaymentRole.NAME);
    }

    @Produces
    @Unremovable
    QueueSamples.Watched open() {
        return new QueueSamples.Watched(PaymentRole.NAME, QUEUE, new Backlog(OPEN, "at"));
    }

    @Produces
    @Unremovable
    PageLink link() {
        return new PageLink(PaymentRole.NAME, "/ops/conflicts", "Conflicts", Map.of(QUEUE, ""));
    }

    /** The open ones, the latest first, and those that were closed last. */
    public void list(Exchange exchange) throws SQLException {
        List<JsonObject> conflicts = Sql.query(database, LIST, ConflictHandler::json);
        List<JsonObject> closed = Sql.query(database, CLOSED, ConflictHandler::closed);
        JsonAnswer.set(exchange.getMessage(),
                new JsonObject().put("conflicts", new JsonArray(conflicts)).put("closed", new JsonArray(closed)));
    }

    /** The body says why. @throws Refusal 404 when there is no such case, or it is closed */
    public void close(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        String reason = REASON.parse(message.getBody(byte[].class)).text("reason");
        String caller = message.getHeader(AccessGuard.CALLER_HEADER, String.class);
        if (Sql.update(database, CLOSE, id(message), caller, reason) == 0) {
            throw unknown();
        }
        JsonAnswer.set(message, new JsonObject());
    }

    private static long id(Message message) {
        try {
            return Long.parseLong(message.getHeader("id", String.class));
        } catch (NumberFormatException e) {
            throw unknown();
        }
    }

    private static Refusal unknown() {
        return Refusal.notFound("There is no open conflict with this id.");
    }

    private static JsonObject json(ResultSet row) throws SQLException {
        String currency = row.getString("currency");
        JsonObject detail = new JsonObject(row.getString("detail"));
        JsonObject json = new JsonObject().put("id", row.getLong("id")).put("at", Sql.instant(row, "at").toString())
                .put("payment_id", row.getString("payment_id")).put("status", row.getString("status"))
                .put("amount", text(row.getLong("amount_minor"), currency)).put("currency", currency)
                .put("provider", detail.getString("provider")).put("reference", row.getString("provider_reference"));
        Long moved = detail.getLong("amount_minor");
        return json.put("moved", moved == null ? null : text(moved, currency)).put("cause", cause(detail, currency));
    }

    private static JsonObject closed(ResultSet row) throws SQLException {
        JsonObject closing = new JsonObject(row.getString("closing"));
        return json(row).put("closed_at", Sql.instant(row, "closed_at").toString()).put("by", closing.getString("by"))
                .put("reason", closing.getString("reason"));
    }

    /** What the provider told, and what of ours it met. */
    private static String cause(JsonObject detail, String currency) {
        Long moved = detail.getLong("amount_minor");
        Long asked = detail.getLong("asked_minor");
        String operation = detail.getString("operation", "charge");
        String told = moved != null
                ? operation + " of " + text(moved, currency) + ' ' + currency
                : operation + ": " + detail.getString("outcome", "made");
        if (asked != null) {
            return told + ", where " + text(asked, currency) + ' ' + currency + " was asked for";
        }
        return detail.getString("status") == null
                ? told
                : told + ", when the payment was " + detail.getString("status") + " here";
    }

    private static String text(long minor, String currency) {
        return new Money(minor, currency).toDecimal().toPlainString();
    }
}
