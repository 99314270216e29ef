package io.payroute.gateway;

import java.math.BigDecimal;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.money.Money;
import io.vertx.core.json.JsonObject;

/** The one form of this role's answers, {@code {data, code}}; that of its refusals is written where all are. */
final class Envelope {

    private Envelope() {
    }

    /** Replaces headers and body. */
    static void answer(Exchange exchange, int code, JsonObject data) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, code);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(new JsonObject().put("data", data).put("code", code).encode());
    }

    /** @param major what a server of the earlier contract says alone, which knows neither minor units nor currency */
    static BigDecimal amount(long minor, String currency, double major) {
        return currency.isEmpty() ? BigDecimal.valueOf(major) : new Money(minor, currency).toDecimal();
    }

    /** Adds what only some answers have. */
    static void putGiven(JsonObject data, String name, String text) {
        if (!text.isEmpty()) {
            data.put(name, text);
        }
    }
}
