package io.payroute.platform.http;

import java.util.Locale;

import io.payroute.platform.Refusal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * Refuses, by the head alone, a body that is too large or not declared as JSON. The second is no formality: a form, which is
 * what curl sends by default, would turn the JSON into the name of a header and leave the route without a body.
 */
final class BodyCheck implements RequestCheck {

    private static final int MAX_LENGTH_DIGITS = 18;

    private final long maxBytes;

    /** @param maxBytes the largest {@code Content-Length} taken; a chunked body is counted by the body handler */
    BodyCheck(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public Future<Void> check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!hasBody(request)) {
            // Or a form would be looked for that is not there.
            request.headers().remove(HttpHeaders.CONTENT_TYPE);
        } else if (!isJson(request.getHeader(HttpHeaders.CONTENT_TYPE)) && !isForm(context)
                && !isOfAPage(context, "text/json")) {
            throw HttpRefusal.unsupportedMediaType();
        }
        return PASSED;
    }

    /** A browser's form, where a page of ours sends one. */
    static boolean isForm(RoutingContext context) {
        return isOfAPage(context, "application/x-www-form-urlencoded");
    }

    /** The console for routes calls its JSON {@code text/json}. */
    private static boolean isOfAPage(RoutingContext context, String expected) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && context.get(RequestCheck.FORM) != null && type.toLowerCase(Locale.ROOT).startsWith(expected);
    }

    /** HTTP/2 need not announce a body; there the declared type stands for it, except where a method has none. */
    private boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
                    || (request.version() == HttpVersion.HTTP_2 && request.getHeader(HttpHeaders.CONTENT_TYPE) != null
                            && !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD));
        }
        String digits = length.trim();
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw Refusal.malformed("The header Content-Length is not a number.");
        }
        if (digits.length() > MAX_LENGTH_DIGITS || Long.parseLong(digits) > maxBytes) {
            throw HttpRefusal.tooLarge();
        }
        return Long.parseLong(digits) > 0;
    }

    /** {@code application/json} or a type built on it ({@code application/cloudevents+json}), in UTF-8 (RFC 8259, section 11). */
    private static boolean isJson(String contentType) {
        if (contentType == null) {
            return false;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";");
        String type = parts[0].trim();
        if (!type.equals("application/json") && !(type.startsWith("application/") && type.endsWith("+json"))) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replace(" ", "").replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return true;
    }
}
