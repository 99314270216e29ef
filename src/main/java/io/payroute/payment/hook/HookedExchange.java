package io.payroute.payment.hook;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.vertx.core.json.JsonObject;

/**
 * What stands between a hook and the route that calls it. The hook gets values as headers to decide by, and the same as JSON in the
 * body, to be sent on. Everything else that the exchange carries is taken away while the hook runs and put back afterwards: it changes
 * nothing, and nothing that it leaves behind gets any further.
 */
public final class HookedExchange {

    private static final String PROPERTY = "hookedPayment";
    private static final String FAILURE = "hookFailure";
    private static final String PREFIX = "payment";

    private record Kept(Message message, Object body, Map<String, Object> headers) {
    }

    private HookedExchange() {
    }

    /** @param values by their names in upper camel case; null where there is none */
    public static void offer(Exchange exchange, Map<String, Object> values) {
        Message message = exchange.getMessage();
        exchange.removeProperty(FAILURE);
        exchange.setProperty(PROPERTY, new Kept(message, message.getBody(), new HashMap<>(message.getHeaders())));
        message.removeHeaders("*");
        JsonObject json = new JsonObject();
        values.forEach((name, value) -> {
            if (value != null) {
                message.setHeader(PREFIX + name, value);
                json.put(name.replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT), value);
            }
        });
        message.setBody(json.encode());
    }

    static void fail(Exchange exchange) {
        exchange.setProperty(FAILURE, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    }

    /**
     * Puts back what the exchange carried.
     *
     * @return how the hook ended early: a decision or a failure; null when it came to its end
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
