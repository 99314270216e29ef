package io.payroute.platform.access;

import java.net.URI;

import io.payroute.platform.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * Refuses a form that another site's page sends: a browser adds the session to it whoever has written it. Browsers tell where it is
 * from by {@code Sec-Fetch-Site} (W3C Fetch Metadata), which no proxy can spoil, or else by {@code Origin} (WHATWG Fetch); whoever
 * tells neither is no browser.
 */
final class SameOrigin {

    private SameOrigin() {
    }

    /** @throws Refusal 403 when the request changes something and comes from another site's page */
    static void require(HttpServerRequest request) {
        if (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD) {
            return;
        }
        if (!is(request)) {
            throw Refusal
                    .forbidden("This form comes from another site's page. Open the page at this address and send it there.");
        }
    }

    /** Whether it comes from a page of ours, from the person alone, or from no browser. */
    static boolean is(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null
                ? site.equals("same-origin") || site.equals("none")
                : isOwn(request.getHeader(HttpHeaders.ORIGIN), request);
    }

    private static boolean isOwn(String origin, HttpServerRequest request) {
        if (origin == null) {
            return true;
        }
        try {
            return request.authority() != null && request.authority().toString().equals(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
