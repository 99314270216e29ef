package io.payroute.payment.query;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.money.Money;
import io.payroute.payment.model.Payment;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.http.JsonAnswer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Answers requests about payments: one, a page of them, the history of one, sums over all. */
@ApplicationScoped
@Named("paymentHandler")
public class PaymentHandler {

    public static final String PATH = "/api/v1/payments/";

    private final FindPayments findPayments;
    private final PaymentHistory history;
    private final PaymentSums sums;

    public PaymentHandler(FindPayments findPayments, PaymentHistory history, PaymentSums sums) {
        this.findPayments = findPayments;
        this.history = history;
        this.sums = sums;
    }

    public void get(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        Payment payment = findPayments.find(id(message.getHeader("id", String.class)))
                .filter(found -> Confined.to(message).sees(found.userId()))
                .orElseThrow(PaymentHandler::noPayment);
        JsonAnswer.set(message, new JsonObject().put("payment", json(payment)));
    }

    public void list(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        PaymentQuery query = PaymentQuery.of(message);
        List<Payment> found = findPayments.page(query);
        List<Payment> page = found.subList(0, Math.min(found.size(), query.limit()));
        JsonObject answer = new JsonObject().put("payments",
                new JsonArray(page.stream().map(PaymentHandler::json).collect(Collectors.toList())));
        answer.put("next_cursor", found.size() > page.size() ? PageCursor.behind(page.get(page.size() - 1)).encode() : null);
        JsonAnswer.set(message, answer);
    }

    public void events(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        List<JsonObject> events = history.of(id(message.getHeader("id", String.class)), Confined.to(message).user());
        if (events.isEmpty()) {
            throw noPayment();
        }
        JsonAnswer.set(message, new JsonObject().put("events", new JsonArray(events)));
    }

    public void stats(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        JsonAnswer.set(message, new JsonObject().put("stats", sums.of(Confined.to(message).user())));
    }

    /** What is no UUID is the id of no payment. */
    public static UUID id(String text) {
        try {
            return Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw noPayment();
        }
    }

    public static Refusal noPayment() {
        return Refusal.notFound("There is no payment with this id.");
    }

    public static JsonObject json(Payment payment) {
        JsonObject json = new JsonObject().put("id", payment.id().toString()).put("user_id", payment.userId())
                .put("amount", payment.money().toDecimal()).put("amount_minor", payment.money().minor())
                .put("currency", payment.money().currency()).put("status", payment.status().word())
                .put("method", payment.method()).put("provider", payment.provider()).put("capture", payment.capture())
                .put("captured_amount", major(payment, payment.captured())).put("captured_minor", payment.captured())
                .put("refunded_amount", major(payment, payment.refunded())).put("refunded_minor", payment.refunded())
                .put("disputed_amount", major(payment, payment.disputed())).put("disputed_minor", payment.disputed())
                .put("charged_back_amount", major(payment, payment.chargedBack()))
                .put("charged_back_minor", payment.chargedBack())
                .put("description", payment.description() == null ? "" : payment.description())
                .put("created_at", payment.createdAt().toString()).put("updated_at", payment.updatedAt().toString());
        putIfPresent(json, "dispute_status", payment.disputeStatus() == null ? null : payment.disputeStatus().word());
        putIfPresent(json, "reason", payment.reason());
        putIfPresent(json, "email", payment.email());
        putIfPresent(json, "order_id", payment.orderId());
        putIfPresent(json, "provider_reference", payment.providerReference());
        putIfPresent(json, "processed_at", payment.processedAt());
        return json;
    }

    private static BigDecimal major(Payment payment, long minor) {
        return new Money(minor, payment.money().currency()).toDecimal();
    }

    private static void putIfPresent(JsonObject json, String name, Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }
}
