package io.payroute.platform.http;

import java.util.List;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * Whether every server reads a request as we do: whose it is, and where it ends (RFC 9112, sections 3.2 and 6). A server in
 * front of ours that reads it otherwise takes what follows for another request, and lets in what it should refuse. What the
 * HTTP library itself refuses never comes here; this adds what it takes.
 */
final class FramingCheck {

    private FramingCheck() {
    }

    static boolean isAmbiguous(HttpServerRequest request) {
        HttpVersion version = request.version();
        if (version == HttpVersion.HTTP_2) {
            return false;
        }
        MultiMap headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaders.HOST);
        if (hosts.size() > 1 || hosts.isEmpty() && version == HttpVersion.HTTP_1_1) {
            return true;
        }
        if (!hosts.isEmpty() && !hosts.get(0).chars().allMatch(FramingCheck::isOfHost)) {
            return true;
        }
        List<String> codings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
        return !codings.isEmpty() && (codings.size() > 1 || !codings.get(0).trim().equalsIgnoreCase("chunked")
                || headers.contains(HttpHeaders.CONTENT_LENGTH) || version == HttpVersion.HTTP_1_0);
    }

    private static boolean isOfHost(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || ".-_~:[]%".indexOf(c) >= 0;
    }
}
