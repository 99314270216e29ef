package io.payroute.payment.webhook.delivery;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.money.Money;
import io.payroute.payment.PaymentEvents;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentDispute;
import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.platform.Ids;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonObject;

/**
 * Makes deliveries of what happens to a payment without a new state, in the transaction that writes it: so it is told once, to each
 * enabled endpoint that wants it, and nothing on a topic can be taken for it.
 */
@ApplicationScoped
public class TellMerchants {

    /** Locked as in {@link RecordWebhooks}: an endpoint that is disabled meanwhile has none that waits for ever. */
    private static final String TELL = """
            INSERT INTO webhook_delivery (endpoint_id, payment_id, event_id, type, payload, due_at)
            SELECT id, ?, ?, ?, ?, now() + make_interval(secs => ?) FROM webhook_endpoint
            WHERE status = 'enabled' AND (events IS NULL OR ? = ANY(events)) ORDER BY id FOR SHARE""";

    private final WebhookSettings settings;

    public TellMerchants(WebhookSettings settings) {
        this.settings = settings;
    }

    /**
     * @param payment as it is now
     * @param dispute that it happened to, null for none
     */
    public void tell(Connection connection, Payment payment, String type, PaymentDispute dispute) throws SQLException {
        JsonObject payload = StatusWebhook.payload(type, PaymentEvents.message(payment, payment.status(), payment.status(),
                payment.reason(), Instant.now(), payment.captured(), payment.refunded()));
        if (dispute != null) {
            payload.getJsonObject("data").put("dispute", json(payment, dispute));
        }
        Sql.update(connection, TELL, payment.id(), Ids.next().toString(), type, payload.encode(),
                settings.schedule().get(0).toMillis() / 1000.0, type);
    }

    private static JsonObject json(Payment payment, PaymentDispute dispute) {
        String currency = payment.money().currency();
        JsonObject json = new JsonObject().put("id", dispute.id().toString()).put("reference", dispute.reference())
                .put("status", dispute.status().word())
                .put("amount", new Money(dispute.amount(), currency).toDecimal()).put("amount_minor", dispute.amount())
                .put("withdrawn_amount", new Money(dispute.withdrawn(), currency).toDecimal())
                .put("withdrawn_minor", dispute.withdrawn());
        return dispute.reason() == null ? json : json.put("reason", dispute.reason());
    }
}
