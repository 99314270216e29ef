package io.payroute.payment.webhook.delivery;

import java.math.BigDecimal;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;

import io.payroute.money.Money;
import io.payroute.payment.webhook.WebhookType;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.vertx.core.json.JsonObject;

/**
 * Writes what a merchant is told of a payment's new state. The text is made once, when the event is stored: every attempt sends
 * and signs the same bytes. The customer's e-mail address is left out.
 */
@ApplicationScoped
@Named("statusWebhook")
public class StatusWebhook {

    public RecordWebhooks.Event map(@Body PaymentStatusUpdated event, Exchange exchange) {
        String type = WebhookType.of(event.getStatus());
        KafkaRecord record = KafkaRecord.of(exchange);
        record.about(exchange, "paymentId", event.getPaymentId());
        return new RecordWebhooks.Event(paymentId(event), type, payload(type, event).encode(), record);
    }

    static JsonObject payload(String type, PaymentStatusUpdated event) {
        return new JsonObject().put("type", type).put("timestamp", event.getUpdatedAt()).put("data", data(event));
    }

    private static JsonObject data(PaymentStatusUpdated event) {
        Money money = Money.ofMinor(event.getAmountMinor(), event.getCurrency());
        JsonObject data = new JsonObject().put("payment_id", event.getPaymentId()).put("user_id", event.getUserId())
                .put("amount", money.toDecimal()).put("amount_minor", money.minor()).put("currency", money.currency())
                .put("captured_amount", decimal(event.getCapturedMinor(), money))
                .put("captured_minor", event.getCapturedMinor())
                .put("refunded_amount", decimal(event.getRefundedMinor(), money))
                .put("refunded_minor", event.getRefundedMinor())
                .put("disputed_amount", decimal(event.getDisputedMinor(), money))
                .put("disputed_minor", event.getDisputedMinor())
                .put("charged_back_amount", decimal(event.getChargedBackMinor(), money))
                .put("charged_back_minor", event.getChargedBackMinor())
                .put("status", event.getStatus()).put("previous_status", event.getPreviousStatus())
                .put("method", event.getMethod()).put("provider", event.getProvider());
        putIfPresent(data, "reason", event.getReason());
        putIfPresent(data, "order_id", event.getOrderId());
        return data;
    }

    private static BigDecimal decimal(long minor, Money like) {
        return new Money(minor, like.currency()).toDecimal();
    }

    private static void putIfPresent(JsonObject data, String name, String value) {
        if (!value.isEmpty()) {
            data.put(name, value);
        }
    }

    private static UUID paymentId(PaymentStatusUpdated event) {
        try {
            return Ids.parse(event.getPaymentId());
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("payment_id", "uuid", "payment_id must be a UUID.");
        }
    }
}
