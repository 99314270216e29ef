package io.payroute.payment.provider.stripe;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One HTTP request to Stripe, without what is the same for all of them.
 *
 * @param query of the address, encoded; null for none
 * @param form body of a POST, encoded; null for a GET
 * @param key idempotency key of a POST; null for a GET
 * @param because what the request before failed with, whose effect this one queries; null when there was none
 */
record StripeRequest(Kind kind, String path, String query, String form, String key, String because) {

    /** What is requested; the answer is read by it. */
    enum Kind {
        CREATE, FIND, SEARCH, MADE_SINCE, MADE_OR_NEVER, CAPTURE, CANCEL, REFUND, REFUNDS, LIST
    }

    static StripeRequest post(Kind kind, String path, Map<String, String> form, String key) {
        return new StripeRequest(kind, path, null, encode(form), key, null);
    }

    static StripeRequest get(Kind kind, String path, Map<String, String> query) {
        return new StripeRequest(kind, path, query.isEmpty() ? null : encode(query), null, null, null);
    }

    StripeRequest because(String failure) {
        return new StripeRequest(kind, path, query, form, key, failure);
    }

    /** The same list, from there on. */
    StripeRequest after(String last) {
        String first = query.replaceFirst("&starting_after=[^&]*$", "");
        return new StripeRequest(kind, path, first + "&starting_after=" + encode(last), form, key, because);
    }

    boolean isQuery() {
        return key == null;
    }

    String method() {
        return key == null ? "GET" : "POST";
    }

    private static String encode(Map<String, String> fields) {
        return fields.entrySet().stream().map(field -> encode(field.getKey()) + '=' + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
