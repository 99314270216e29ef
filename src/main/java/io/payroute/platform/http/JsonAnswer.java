package io.payroute.platform.http;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.vertx.core.json.JsonObject;

/** The answer of a handler: nothing that came with the request goes back with it. */
public final class JsonAnswer {

    private JsonAnswer() {
    }

    /** With status 200, unless a step behind it sets another. */
    public static void set(Message message, JsonObject body) {
        message.removeHeaders("*");
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(body.encode());
    }

    public static void set(Message message, int status, JsonObject body) {
        set(message, body);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    }
}
