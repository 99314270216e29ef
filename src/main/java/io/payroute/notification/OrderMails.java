package io.payroute.notification;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.eclipse.microprofile.config.Config;

import io.payroute.money.InvalidMoneyException;
import io.payroute.money.Money;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Refusal;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.proto.order.OrderEvent;
import io.payroute.proto.order.OrderItem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Tells a user of his order: that it was taken, and what came of it, with its lines and its total. Each event is one mail, under the
 * event's id, however often it is read.
 */
@ApplicationScoped
@Named("orderMails")
public class OrderMails {

    private static final String EVENT = "orderEvent";
    private static final String EVENT_ID = "orderEventId";
    private static final int MAX_LINES = 100;
    private static final int MAX_NAME = 200;
    private static final int MAX_REASON = 300;

    private final StoreNotifications store;
    private final boolean testAddresses;

    @Inject
    OrderMails(StoreNotifications store, Config config) {
        this(store, !config.getOptionalValue("payroute.mode", String.class).orElse("embedded").equals("external"));
    }

    /** @param testAddresses whether a user who is not known gets an address in the domain customers.test */
    OrderMails(StoreNotifications store, boolean testAddresses) {
        this.store = store;
        this.testAddresses = testAddresses;
    }

    /** Checks the event and keeps it; the body is then the user's id. */
    public void read(@Body OrderEvent event, Exchange exchange) {
        String eventId = KafkaRecord.of(exchange).eventId();
        mail(event, eventId, null);
        exchange.setProperty(EVENT, event);
        exchange.setProperty(EVENT_ID, eventId);
        exchange.getMessage().setBody(event.getUserId());
    }

    /** @param address of the user; empty when there is no such user */
    public NewNotification write(@Body Optional<String> address, @ExchangeProperty(EVENT) OrderEvent event,
            @ExchangeProperty(EVENT_ID) String eventId) {
        return mail(event, eventId, address.orElse(testAddresses ? Rules.testAddress(event.getUserId()) : null));
    }

    /** Returns after the commit, which has the mails of the whole batch. */
    public void store(List<NewNotification> batch) throws Exception {
        if (!batch.isEmpty()) {
            store.store(batch);
            CrashPoint.reached("order-mails-stored");
        }
    }

    static NewNotification mail(OrderEvent event, String eventId, String address) {
        String id = Rules.requiredLine("order_id", event.getOrderId(), Rules.MAX_ID);
        String userId = Rules.requiredLine("user_id", event.getUserId(), Rules.MAX_ID);
        String status = Rules.requiredLine("status", event.getStatus(), 40);
        if (event.getItemsCount() == 0 || event.getItemsCount() > MAX_LINES) {
            throw Refusal.invalid("items", "size", "items must have 1 to " + MAX_LINES + " entries");
        }
        JsonArray lines = new JsonArray();
        event.getItemsList().forEach(item -> lines.add(line(item, event.getCurrency())));
        String reason = event.getReason().replaceAll("\\p{Cntrl}+", " ");
        JsonObject fields = new JsonObject().put("orderId", id).put("status", word(status)).put("lines", lines)
                .put("amount", text(event.getAmountMinor(), event.getCurrency()))
                .put("address", event.getAddress().replaceAll("\\p{Cntrl}+", " ").strip())
                .put("paymentId", Rules.paymentId("payment_id", event.getPaymentId()))
                .put("reason", reason.substring(0, Math.min(MAX_REASON, reason.length())));
        return new NewNotification(NewNotification.EMAIL, eventId, userId, address,
                "Your order " + id + (status.equals("PENDING") ? " has been received" : ": " + word(status)), template(status),
                fields, address == null ? HandleNotification.NO_ADDRESS : null);
    }

    private static JsonObject line(OrderItem item, String currency) {
        if (item.getQuantity() < 1) {
            throw Refusal.invalid("quantity", "quantity", "quantity must be 1 or more");
        }
        long total;
        try {
            total = Math.multiplyExact(item.getPriceMinor(), (long) item.getQuantity());
        } catch (ArithmeticException e) {
            throw Refusal.invalid("price_minor", "amount", "price_minor times quantity is too large");
        }
        return new JsonObject().put("name", Rules.line("name", item.getName(), MAX_NAME)).put("quantity", item.getQuantity())
                .put("price", text(item.getPriceMinor(), currency)).put("total", text(total, currency));
    }

    /** As many decimals as the currency has. */
    private static String text(long minor, String currency) {
        try {
            return new Money(minor, currency).toDecimalText() + " " + currency;
        } catch (InvalidMoneyException e) {
            throw Refusal.invalid("currency", e.rule(), e.getMessage());
        }
    }

    private static String word(String status) {
        return status.toLowerCase(Locale.ROOT);
    }

    private static String template(String status) {
        return switch (status) {
            case "PENDING" -> "order-received";
            case "PAID" -> "order-paid";
            case "FAILED" -> "order-failed";
            default -> "order-updated";
        };
    }
}
