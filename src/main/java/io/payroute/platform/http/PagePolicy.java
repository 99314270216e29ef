package io.payroute.platform.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Nothing from elsewhere, and in nobody's frame: a page that is framed can be made to be clicked. */
public final class PagePolicy {

    private static final CharSequence NAME = HttpHeaders.createOptimized("Content-Security-Policy");
    private static final CharSequence VALUE = HttpHeaders.createOptimized(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
                    + "frame-ancestors 'none'; base-uri 'none'");

    private PagePolicy() {
    }

    public static void add(HttpServerResponse response) {
        response.putHeader(NAME, VALUE);
    }
}
