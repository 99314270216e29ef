package io.payroute.platform.log;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.CamelLogger;
import org.apache.camel.spi.LogListener;
import org.apache.camel.support.ExchangeHelper;

import io.payroute.platform.LogSubject;
import io.payroute.platform.trace.TraceContext;

/**
 * The exchange that a thread works on, so that every line that is written meanwhile can say what it belongs to, also a line of a
 * library or of a team's own log step. Nothing is made of it until a line is written.
 */
public final class LogContext implements LogListener {

    private static final ThreadLocal<Exchange> CURRENT = new ThreadLocal<>();
    /** What was current before a log step. */
    private static final ThreadLocal<Exchange> BEFORE = new ThreadLocal<>();

    /** @return what was current before, for {@link #leave} */
    public static Exchange enter(Exchange exchange) {
        Exchange before = CURRENT.get();
        CURRENT.set(exchange);
        return before;
    }

    public static void leave(Exchange before) {
        if (before == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(before);
        }
    }

    /** Role, route, ids and trace of what this thread works on, as a line would have them. */
    static String text() {
        Exchange exchange = CURRENT.get();
        TraceContext trace = TraceContext.current();
        if (exchange == null) {
            return TraceContext.logId(trace);
        }
        return of(exchange) + TraceContext.logId(trace == null ? TraceContext.of(exchange) : trace);
    }

    /** Role, route and ids of an exchange, each with a space in front. */
    public static String of(Exchange exchange) {
        String id = ExchangeHelper.getRouteId(exchange);
        Route route = id == null ? null : exchange.getContext().getRoute(id);
        String group = route == null ? null : route.getGroup();
        return (group == null ? "" : " role=" + group) + (id == null ? "" : " routeId=" + id) + LogSubject.of(exchange);
    }

    @Override
    public String onLog(Exchange exchange, CamelLogger logger, String message) {
        BEFORE.set(enter(exchange));
        return message;
    }

    @Override
    public void afterLog(Exchange exchange, CamelLogger logger, String message) {
        leave(BEFORE.get());
        BEFORE.remove();
    }
}
