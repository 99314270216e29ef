package io.payroute.payment;

import java.sql.SQLException;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.http.ProblemException;
import io.payroute.payment.model.Payment;
import io.vertx.core.json.JsonObject;

/** Answers {@code GET /api/v1/payments/{id}}. */
@ApplicationScoped
@Named("paymentEndpoint")
public class PaymentEndpoint {

    /** Header with the one user whose payments the caller may see; set by the edge, absent for a caller who may see all. */
    static final String USER = "X-Payroute-User";

    private final FindPayments findPayments;

    PaymentEndpoint(FindPayments findPayments) {
        this.findPayments = findPayments;
    }

    public void get(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        String user = message.getHeader(USER, String.class);
        Payment payment = findPayments.find(id(message.getHeader("id", String.class)))
                .filter(p -> user == null || user.equals(p.userId())).orElseThrow(PaymentEndpoint::noPayment);
        message.removeHeaders("*");
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(new JsonObject().put("payment", json(payment)).encode());
    }

    /** What is no UUID is the id of no payment. */
    static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw noPayment();
        }
    }

    static ProblemException noPayment() {
        return ProblemException.notFound("There is no payment with this id.");
    }

    static JsonObject json(Payment payment) {
        JsonObject json = new JsonObject().put("id", payment.id().toString()).put("user_id", payment.userId())
                .put("amount", payment.money().toDecimal()).put("amount_minor", payment.money().minor())
                .put("currency", payment.money().currency()).put("status", payment.status().word())
                .put("method", payment.method()).put("provider", payment.provider())
                .put("description", payment.description() == null ? "" : payment.description())
                .put("captured_minor", payment.captured()).put("refunded_minor", payment.refunded())
                .put("created_at", payment.createdAt().toString()).put("updated_at", payment.updatedAt().toString());
        putIfPresent(json, "reason", payment.reason());
        putIfPresent(json, "email", payment.email());
        putIfPresent(json, "provider_reference", payment.providerReference());
        putIfPresent(json, "processed_at", payment.processedAt());
        return json;
    }

    private static void putIfPresent(JsonObject json, String name, Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }
}
