package io.payroute.payment.page;

import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.money.Money;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.http.RequestTime;
import io.payroute.platform.page.PageLink;
import io.payroute.platform.page.Pages;
import io.payroute.platform.sql.Sql;
import io.quarkus.arc.Unremovable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What the operators' pages of payments show beyond the API: a payment with its history, all disputes, everybody's endpoints. */
@ApplicationScoped
@Named("paymentPages")
public class PaymentPages {

    private static final String DISPUTES = """
            SELECT d.*, p.currency FROM payment_dispute d JOIN payment p ON p.id = d.payment_id
            ORDER BY d.ended_at IS NOT NULL, d.created_at DESC LIMIT 100""";
    private static final String ENDPOINTS = """
            SELECT id, owner, url, status, disabled_reason, disabled_at, failing_since FROM webhook_endpoint WHERE status <> 'deleted'
            ORDER BY failing_since IS NULL, owner, created_at LIMIT 500""";
    private static final String OWNER = "SELECT owner FROM webhook_endpoint WHERE id = ? AND status <> 'deleted'";

    private static final List<String> FIELDS = List.of("user_id", "status", "order_id", "reference", "provider", "method",
            "email",
            "amount", "currency", "created_from", "created_to");
    private static final Pattern WITH_CURRENCY = Pattern.compile("([0-9.]+) *([A-Za-z]{3})");
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern MINUTE = Pattern.compile("^(" + DAY + ")[T ]([0-9]{2}:[0-9]{2})$");

    private final PaymentHandler payments;
    private final DataSource database;

    PaymentPages(PaymentHandler payments, RoleDatabases databases) {
        this.payments = payments;
        this.database = databases.of(PaymentRole.NAME);
    }

    @Produces
    @Unremovable
    PageLink paymentsLink() {
        return new PageLink(PaymentRole.NAME, "/ops/payments", "Payments",
                Map.of(PaymentQueues.CHARGES, "?status=processing", "payments-unknown", "?status=unknown", "payments-in-review",
                        "?status=review", "charges-hook-failing", "?status=processing"));
    }

    @Produces
    @Unremovable
    PageLink eventsLink() {
        return new PageLink(PaymentRole.NAME, "/ops/provider-events", "Provider events",
                Map.of("provider-events-open", "", "provider-events-waiting", "?status=waiting"));
    }

    @Produces
    @Unremovable
    PageLink disputesLink() {
        return new PageLink(PaymentRole.NAME, "/ops/disputes", "Disputes", Map.of("disputes-open", ""));
    }

    @Produces
    @Unremovable
    PageLink webhooksLink() {
        return new PageLink(PaymentRole.NAME, "/ops/webhooks", "Webhooks", Map.of("webhook-endpoints-disabled", ""));
    }

    /**
     * What a person writes into the form of the search, as the API wants it: a day for a time, an amount with its currency behind it,
     * a currency in small letters.
     *
     * @throws Refusal 422 when a day or time cannot be read
     */
    public void search(Exchange exchange) {
        Message message = exchange.getMessage();
        FIELDS.forEach(field -> message.getHeaders().computeIfPresent(field,
                (name, value) -> value instanceof String text && !text.isBlank() ? text.strip() : value));
        Matcher amount = WITH_CURRENCY.matcher(message.getHeader("amount", "", String.class));
        if (amount.matches() && message.getHeader("currency") == null) {
            message.setHeader("amount", amount.group(1));
            message.setHeader("currency", amount.group(2));
        }
        message.getHeaders().computeIfPresent("currency", (name, value) -> value.toString().toUpperCase(Locale.ROOT));
        message.getHeaders().computeIfPresent("created_from", (name, value) -> time(name, "From", value.toString(), 0));
        message.getHeaders().computeIfPresent("created_to", (name, value) -> time(name, "To", value.toString(), 1));
    }

    /** @param days after the beginning of a day that is given */
    private static String time(String field, String label, String text, int days) {
        try {
            if (DAY.matcher(text).matches()) {
                return LocalDate.parse(text).plusDays(days) + "T00:00:00Z";
            }
            String time = MINUTE.matcher(text).replaceFirst("$1T$2:00Z");
            if (RequestTime.parse(time) != null) {
                return time;
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw Refusal.invalid(field, "timestamp", label + " must be a day such as 2026-11-27, or a time of UTC such as "
                + "2026-11-27 14:30.");
    }

    /** One payment and its history. */
    public void payment(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        String id = message.getHeader("id", String.class);
        payments.get(exchange);
        Map<String, Object> payment = Pages.read(message.getBody(String.class));
        message.setHeader("id", id);
        payments.events(exchange);
        payment.putAll(Pages.read(message.getBody(String.class)));
        JsonAnswer.set(message, new JsonObject(payment));
    }

    /** The open ones first, and the newest hundred. */
    public void disputes(Exchange exchange) throws SQLException {
        List<JsonObject> disputes = Sql.query(database, DISPUTES,
                row -> new JsonObject().put("payment_id", row.getString("payment_id"))
                        .put("provider", row.getString("provider"))
                        .put("reference", row.getString("reference")).put("status", row.getString("status"))
                        .put("reason", row.getString("reason"))
                        .put("amount",
                                new Money(row.getLong("amount_minor"), row.getString("currency")).toDecimal().toPlainString())
                        .put("withdrawn",
                                new Money(row.getLong("withdrawn_minor"), row.getString("currency")).toDecimal()
                                        .toPlainString())
                        .put("currency", row.getString("currency"))
                        .put("created_at", Sql.instant(row, "created_at").toString()));
        JsonAnswer.set(exchange.getMessage(), new JsonObject().put("disputes", new JsonArray(disputes)));
    }

    /** Of every owner, those that fail first. */
    public void endpoints(Exchange exchange) throws SQLException {
        List<JsonObject> endpoints = Sql.query(database, ENDPOINTS,
                row -> new JsonObject().put("id", row.getString("id")).put("owner", row.getString("owner"))
                        .put("url", row.getString("url")).put("status", row.getString("status"))
                        .put("disabled_reason", row.getString("disabled_reason"))
                        .put("failing_since", text(Sql.instant(row, "failing_since"))));
        JsonAnswer.set(exchange.getMessage(), new JsonObject().put("endpoints", new JsonArray(endpoints)));
    }

    /** The steps that follow act for the endpoint's owner: an operator may do what any owner may. */
    public void asOwner(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        String owner = Sql.query(database, OWNER, row -> row.getString(1), id(message)).stream().findFirst()
                .orElseThrow(PaymentPages::noEndpoint);
        message.setHeader(AccessGuard.CALLER_HEADER, owner);
        message.setBody(null);
    }

    /** The form's reason, as the body of the request that it stands for. */
    public void reason(Exchange exchange) {
        String reason = exchange.getMessage().getHeader("reason", "", String.class).strip();
        exchange.getMessage().setBody((reason.isEmpty() ? new JsonObject() : new JsonObject().put("reason", reason)).encode());
    }

    private static UUID id(Message message) {
        try {
            return Ids.parse(message.getHeader("id", "", String.class));
        } catch (IllegalArgumentException e) {
            throw noEndpoint();
        }
    }

    private static Refusal noEndpoint() {
        return Refusal.notFound("There is no webhook endpoint with this id.");
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
