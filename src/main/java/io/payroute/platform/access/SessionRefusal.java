package io.payroute.platform.access;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import io.payroute.platform.Refusal;
import io.payroute.platform.http.HttpRefusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** A page without a session: whoever wants to look at it is sent to log in, and what a page's script asks for is refused. */
final class SessionRefusal {

    private SessionRefusal() {
    }

    static Refusal of(RoutingContext context) {
        HttpServerRequest request = context.request();
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (request.method() != HttpMethod.GET || accept == null || !accept.contains("text/html")) {
            return Refusal.unauthenticated("Log in at /login, or send the header Authorization: Bearer with a valid token.");
        }
        context.response().putHeader(HttpHeaders.LOCATION,
                "/login?next=" + URLEncoder.encode(request.uri(), StandardCharsets.UTF_8));
        return HttpRefusal.loginRequired();
    }
}
