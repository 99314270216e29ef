package io.payroute.aggregator;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

import io.payroute.money.Money;
import io.payroute.proto.payment.Payment;
import io.vertx.core.json.JsonObject;

/** A payment as HTTP writes it. */
public final class PaymentJson {

    public static final List<String> STATUSES = List.of("pending", "completed", "failed", "refunded");

    private PaymentJson() {
    }

    public static JsonObject of(Payment payment) {
        boolean known = !payment.getCurrency().isEmpty();
        BigDecimal amount = known ? new Money(payment.getAmountMinor(), payment.getCurrency()).toDecimal() : null;
        return new JsonObject().put("id", payment.getId()).put("provider", payment.getProviderName())
                .put("amount", amount == null ? null : amount.toPlainString())
                .put("amount_minor", known ? payment.getAmountMinor() : null)
                .put("currency", known ? payment.getCurrency() : null)
                .put("status", payment.getStatus().name().toLowerCase(Locale.ROOT)).put("state", payment.getState())
                .put("captured_minor", payment.getCapturedMinor()).put("refunded_minor", payment.getRefundedMinor())
                .put("dispute", text(payment.getDispute())).put("customer_email", text(payment.getCustomerEmail()))
                .put("topic", payment.getTopic()).put("created_at", Instant.ofEpochSecond(payment.getCreatedAt()).toString())
                .put("processed_at", Instant.ofEpochSecond(payment.getProcessedAt()).toString())
                .put("metadata", new JsonObject(new LinkedHashMap<>(payment.getMetadataMap())));
    }

    private static String text(String text) {
        return text.isEmpty() ? null : text;
    }
}
