package io.payroute.payment.hook;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.money.Money;
import io.vertx.core.json.JsonObject;

/**
 * What a hook gets of a payment: headers to decide by, and the same as JSON in the body, to be sent on. Everything else that the
 * exchange carries is taken away while the hook runs and put back afterwards: the hook changes nothing of the payment, and nothing
 * that it leaves behind gets to a provider. Optional values are null.
 *
 * @param provider null before the rules have chosen one
 * @param capture false to authorise only
 * @param attempt from 1, counted anew by each hook
 */
public record HookedPayment(UUID id, String userId, String email, String orderId, Money money, String method,
        String provider, boolean capture, int attempt) {

    private static final String PROPERTY = "hookedPayment";
    private static final String FAILURE = "hookFailure";

    private record Kept(Message message, Object body, Map<String, Object> headers) {
    }

    /** Puts the payment into the exchange, in place of what is there. */
    public void offer(Exchange exchange) {
        Message message = exchange.getMessage();
        exchange.removeProperty(FAILURE);
        exchange.setProperty(PROPERTY,
                new Kept(message, message.getBody(), new HashMap<>(message.getHeaders())));
        message.removeHeaders("*");
        JsonObject json = new JsonObject();
        describe((name, value) -> {
            if (value != null) {
                message.setHeader("payment" + name, value);
                json.put(name.replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT), value);
            }
        });
        message.setBody(json.encode());
    }

    private void describe(BiConsumer<String, Object> value) {
        value.accept("Id", id.toString());
        value.accept("UserId", userId);
        value.accept("Email", email);
        value.accept("OrderId", orderId);
        value.accept("Amount", money.toDecimal().toPlainString());
        value.accept("AmountMinor", money.minor());
        value.accept("Currency", money.currency());
        value.accept("Method", method);
        value.accept("Provider", provider);
        value.accept("Capture", capture);
        value.accept("Attempt", attempt);
    }

    static void fail(Exchange exchange) {
        exchange.setProperty(FAILURE, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    }

    /**
     * Puts back what the exchange carried.
     *
     * @return how the hook ended early: a decision or a failure; null when it let the payment go
     */
    public static Throwable takeBack(Exchange exchange) {
        Kept kept = exchange.getProperty(PROPERTY, Kept.class);
        // A step may have replaced it, and with it what only the right kind of message carries.
        Message message = kept.message();
        exchange.setMessage(message);
        message.removeHeaders("*");
        message.setHeaders(kept.headers());
        message.setBody(kept.body());
        exchange.removeProperty(PROPERTY);
        return (Throwable) exchange.removeProperty(FAILURE);
    }
}
