package io.payroute.platform.trace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;

/**
 * Where in a trace something happens, as W3C Trace Context writes it in {@value #HEADER}. It is a name, and costs nothing: whether
 * anything is recorded under it, {@link Traces} decides.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param sampled whether spans of this trace are recorded
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {

    public static final String HEADER = "traceparent";
    /** Request header in which the edge hands it on to the routes, always its own and never a client's. */
    public static final String INSIDE = "X-Payroute-Trace";
    /** Exchange property with the span that the exchange is part of. */
    private static final String PROPERTY = "payroute.trace";
    /** A later version may go on after the flags; ff is none, and zeros are no id. */
    private static final Pattern FORM = Pattern.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})"
            + "-([0-9a-f]{2})(-[\\x21-\\x7e]*)?");
    private static final int LENGTH = 55;
    private static final int LONGEST = 512;
    private static final ThreadLocal<TraceContext> CURRENT = new ThreadLocal<>();

    /** @return null when it is not well formed, or not there */
    public static TraceContext parse(String header) {
        if (header == null || header.length() < LENGTH || header.length() > LONGEST) {
            return null;
        }
        Matcher form = FORM.matcher(header);
        boolean formed = form.matches() && (!form.group(1).equals("00") || header.length() == LENGTH);
        return formed
                ? new TraceContext(form.group(2), form.group(3), (Integer.parseInt(form.group(4), 16) & 1) != 0)
                : null;
    }

    public String header() {
        return "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00");
    }

    /** In the words of the log, with a space in front; empty for null. */
    public static String logId(TraceContext trace) {
        return trace == null ? "" : " traceId=" + trace.traceId;
    }

    /** What this thread works on, or null. */
    public static TraceContext current() {
        return CURRENT.get();
    }

    /** @return what was current before, to be set again */
    public static TraceContext enter(TraceContext context) {
        TraceContext before = CURRENT.get();
        if (context == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(context);
        }
        return before;
    }

    /** The span that an exchange is part of, or null. */
    public static TraceContext of(Exchange exchange) {
        TraceContext set = exchange.getProperty(PROPERTY, TraceContext.class);
        return set == null && exchange.getMessage() instanceof Traced traced ? traced.trace() : set;
    }

    public void set(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** A message that came with a trace of its own. */
    @FunctionalInterface
    public interface Traced {

        /** Null where it came with none. */
        TraceContext trace();
    }
}
