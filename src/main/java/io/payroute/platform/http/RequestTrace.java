package io.payroute.platform.http;

import io.payroute.platform.trace.Span;
import io.payroute.platform.trace.TraceContext;
import io.payroute.platform.trace.Traces;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * The span of a request, from its head to its answer. It goes on with the caller's trace, if that is well formed, and begins one
 * otherwise; the answer says which, recorded or not.
 */
final class RequestTrace {

    private static final CharSequence HEADER = HttpHeaders.createOptimized(TraceContext.HEADER);
    private static final CharSequence INSIDE = HttpHeaders.createOptimized(TraceContext.INSIDE);
    private static final int SERVER_ERROR = 500;

    private RequestTrace() {
    }

    static void begin(RoutingContext context) {
        HttpServerRequest request = context.request();
        String method = request.method().name();
        Span span = Traces.beginTrace(Span.Kind.SERVER, method, parent(request)).set("http.request.method", method);
        if (span.context() == null) {
            // Turned off at this moment.
            return;
        }
        String header = span.context().header();
        request.headers().set(INSIDE, header);
        context.response().putHeader(HEADER, header);
        context.addEndHandler(ended -> end(context, span, method));
    }

    /** Two of them name no parent. */
    private static TraceContext parent(HttpServerRequest request) {
        return request.headers().getAll(HEADER).size() == 1 ? TraceContext.parse(request.getHeader(HEADER)) : null;
    }

    private static void end(RoutingContext context, Span span, String method) {
        int status = context.response().getStatusCode();
        // The path of the route, not of the request: that may have anything in it.
        String path = context.currentRoute() == null ? null : context.currentRoute().getPath();
        if (path != null) {
            span.named(method + ' ' + path).set("http.route", path);
        }
        span.set("http.response.status_code", status);
        if (status >= SERVER_ERROR) {
            span.failed("HTTP " + status);
        }
        span.end();
    }
}
