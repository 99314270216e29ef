package io.payroute.platform.http;

import io.payroute.platform.trace.Span;
import io.payroute.platform.trace.TraceContext;
import io.payroute.platform.trace.Traces;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * The span of a request, from its head to its answer. It goes on with the caller's trace, if that is well formed, and begins one
 * otherwise; the answer says which, recorded or not. Whether it is recorded, a caller decides only once the edge has let it in and
 * trusts it; of a stranger's as many are recorded as of those that begin here.
 */
final class RequestTrace {

    private static final CharSequence HEADER = HttpHeaders.createOptimized(TraceContext.HEADER);
    private static final CharSequence INSIDE = HttpHeaders.createOptimized(TraceContext.INSIDE);
    private static final String KEY = "payroute.request-trace";
    private static final int SERVER_ERROR = 500;

    private final RoutingContext context;
    private final String method;
    private final TraceContext parent;
    private Span span;

    private RequestTrace(RoutingContext context, TraceContext parent) {
        this.context = context;
        this.method = context.request().method().name();
        this.parent = parent;
    }

    static void begin(RoutingContext context) {
        RequestTrace trace = new RequestTrace(context, parent(context.request()));
        if (trace.go(Traces.drawn(trace.parent))) {
            context.addEndHandler(ended -> trace.end());
            if (trace.parent != null) {
                context.put(KEY, trace);
            }
        }
    }

    /** To be called when the caller is known. */
    static void admitted(RoutingContext context) {
        RequestTrace trace = context.get(KEY);
        if (trace != null && context.get(RequestCheck.TRUSTED) != null
                && trace.parent.sampled() != trace.span.context().sampled()) {
            trace.go(trace.parent);
        }
    }

    /** Two of them name no parent. */
    private static TraceContext parent(HttpServerRequest request) {
        return request.headers().getAll(HEADER).size() == 1 ? TraceContext.parse(request.getHeader(HEADER)) : null;
    }

    /** @return false where traces were turned off at this moment */
    private boolean go(TraceContext from) {
        Span begun = Traces.beginTrace(Span.Kind.SERVER, method, from).set("http.request.method", method);
        if (begun.context() == null) {
            return false;
        }
        span = begun;
        String header = span.context().header();
        context.request().headers().set(INSIDE, header);
        context.response().putHeader(HEADER, header);
        return true;
    }

    private void end() {
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
