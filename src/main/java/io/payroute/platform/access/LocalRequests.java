package io.payroute.platform.access;

import java.net.URI;
import java.util.regex.Pattern;

import io.payroute.platform.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;

/**
 * Keeps web pages out where loopback alone protects: a browser on the same machine reaches loopback too, for any site that it
 * shows. A page that lets a name of its own point here (DNS rebinding) shows by the request's host, one that sends across sites by
 * its {@code Origin} (WHATWG Fetch).
 */
final class LocalRequests {

    private static final Pattern LOCAL = Pattern.compile("(?i)([a-z0-9-]+\\.)*localhost|127(\\.\\d{1,3}){3}|\\[::1]|::1");

    private LocalRequests() {
    }

    /** @throws Refusal 403 when the request names another host, or comes from a page of another host */
    static void require(HttpServerRequest request) {
        HostAndPort host = request.authority();
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (host == null || !isLocal(host.host()) || origin != null && !isLocal(hostOf(origin))) {
            throw Refusal
                    .forbidden("Without a token, requests must be for localhost or a loopback address, and from no "
                            + "other site's page. Call http://localhost, or send a token (PAYROUTE_HTTP_TOKENS).");
        }
    }

    private static boolean isLocal(String host) {
        return host != null && LOCAL.matcher(host).matches();
    }

    private static String hostOf(String origin) {
        try {
            return URI.create(origin).getHost();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
