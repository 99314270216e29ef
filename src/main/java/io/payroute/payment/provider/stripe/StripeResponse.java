package io.payroute.payment.provider.stripe;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * What Stripe answered.
 *
 * @param body missing when it is no JSON: then something in between answered, not Stripe
 * @param replayed whether this is the stored answer to the first request under this key
 * @param shouldRetry what Stripe says itself; null when it does not
 * @param at by Stripe's clock, where it tells the time
 */
record StripeResponse(int status, JsonNode body, boolean replayed, Boolean shouldRetry, Instant at) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static StripeResponse of(Message message) {
        String retry = message.getHeader("Stripe-Should-Retry", String.class);
        return new StripeResponse(message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class),
                json(message.getBody(byte[].class)), "true".equals(message.getHeader("Idempotent-Replayed", String.class)),
                retry == null ? null : Boolean.valueOf(retry), time(message.getHeader("Date", String.class)));
    }

    private static Instant time(String date) {
        try {
            return date == null ? Instant.now() : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
        } catch (DateTimeException e) {
            return Instant.now();
        }
    }

    private static JsonNode json(byte[] body) {
        try {
            JsonNode json = body == null ? null : JSON.readTree(body);
            return json == null ? MissingNode.getInstance() : json;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    JsonNode error() {
        return body.path("error");
    }

    /** It says something of the key only, and nothing of the request. */
    boolean isAboutKey() {
        return "idempotency_error".equals(error().path("type").asText());
    }

    /** The same key, but another request: the first one did arrive, and its answer cannot be had this way. */
    boolean isOtherRequest() {
        return status == 400 && isAboutKey() && !"idempotency_key_in_use".equals(error().path("code").asText());
    }

    /** A failure that the key will give for ever, or that Stripe says repeating does not cure. */
    boolean isFinalFailure() {
        return isKeptFailure() || status >= 500 && Boolean.FALSE.equals(shouldRetry);
    }

    /** A failure that an earlier request under this key ended in. Nothing more is made under it. */
    boolean isKeptFailure() {
        return status >= 500 && replayed;
    }
}
