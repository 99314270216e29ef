package io.payroute.platform.trace;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import javax.sql.DataSource;

import org.jboss.logging.Logger;

import io.payroute.platform.Causes;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;

/**
 * Traces of this process, on or off as a whole; while they are off no method does anything. What waits in a table between two steps
 * keeps its trace beside it, in {@code trace_context}, written before it is committed: no statement of the steps themselves knows
 * of traces, and one that cannot be kept or found is missing from the picture and stops nothing.
 */
public final class Traces {

    private static final Logger LOG = Logger.getLogger(Traces.class);
    private static final Rows<Map.Entry<String, TraceContext>> ROWS = new Rows<Map.Entry<String, TraceContext>>()
            .text("id", Map.Entry::getKey).text("context", one -> one.getValue().header());
    /** Losing the last of them with the server loses no money, so nobody waits for the disk. */
    private static final String KEEP = """
            WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
            INSERT INTO trace_context (id, traceparent) SELECT id, context FROM %s CROSS JOIN quick
            ON CONFLICT (id) DO UPDATE SET traceparent = excluded.traceparent""".formatted(ROWS.unnest());
    private static final String FIND = "SELECT id, traceparent FROM trace_context WHERE id = ANY (?)";

    /** Where spans go. */
    interface Tracer {

        /** @param parent null for the first of a trace */
        Span begin(Span.Kind kind, String name, TraceContext parent);

        /** Whether one more trace is recorded, of those about which nobody else decides. */
        boolean draw();
    }

    private record Running(Tracer tracer, Function<String, DataSource> databases) {
    }

    private static volatile Running running;

    private Traces() {
    }

    /** @param databases by role */
    static void on(Tracer tracer, Function<String, DataSource> databases) {
        running = new Running(tracer, databases);
    }

    static void off() {
        running = null;
    }

    public static boolean areOn() {
        return running != null;
    }

    /** @param parent null for the first of a trace, of which some are recorded */
    public static Span beginTrace(Span.Kind kind, String name, TraceContext parent) {
        Running now = running;
        return now == null ? Span.none(null) : now.tracer().begin(kind, name, parent);
    }

    /**
     * What a stranger says of a trace: it keeps its id, and is recorded as often as one that begins here. Neither its flag nor the
     * choice of its id decides.
     */
    public static TraceContext drawn(TraceContext claimed) {
        Running now = running;
        return now == null || claimed == null
                ? claimed
                : new TraceContext(claimed.traceId(), claimed.spanId(), now.tracer().draw());
    }

    /** A span that is part of another; what is part of nothing, or of what is not recorded, is not recorded either. */
    public static Span begin(Span.Kind kind, String name, TraceContext parent) {
        return parent == null || !parent.sampled() ? Span.none(parent) : beginTrace(kind, name, parent);
    }

    /** What this thread works on, to be kept ({@link #keep}) by the thread that writes; null while traces are off. */
    public static TraceContext current() {
        return running == null ? null : TraceContext.current();
    }

    /**
     * Keeps the trace of each, recorded or not, for those who will go on with it: what is written under it later has its id. To be
     * called before the statement that hands it on.
     *
     * @param trace of one, null for none
     * @param ids under which they find it
     */
    public static <T> void keep(String role, Collection<T> many, Function<T, TraceContext> trace,
            Function<T, ? extends Collection<String>> ids) {
        Running now = running;
        // By the id, so that two who keep the same wait for one another and never deadlock.
        Map<String, TraceContext> kept = new TreeMap<>();
        if (now != null) {
            for (T one : many) {
                TraceContext of = trace.apply(one);
                if (of != null) {
                    ids.apply(one).forEach(id -> kept.put(id, of));
                }
            }
        }
        if (!kept.isEmpty()) {
            try {
                Sql.update(now.databases().apply(role), KEEP, ROWS.of(List.copyOf(kept.entrySet())));
            } catch (SQLException | RuntimeException e) {
                LOG.debugf("event=trace-not-kept role=%s cause=%s", role, Causes.brief(e));
            }
        }
    }

    /** @return what was kept under these ids, nulls among which are ignored */
    public static Map<String, TraceContext> find(String role, Collection<String> ids) {
        Running now = running;
        List<String> asked = now == null ? List.of() : ids.stream().filter(id -> id != null).toList();
        Map<String, TraceContext> found = new HashMap<>();
        if (!asked.isEmpty()) {
            try {
                Sql.query(now.databases().apply(role), FIND,
                        row -> found.put(row.getString(1), TraceContext.parse(row.getString(2))),
                        Sql.column("text", asked, id -> id));
            } catch (SQLException | RuntimeException e) {
                LOG.debugf("event=trace-not-found role=%s cause=%s", role, Causes.brief(e));
            }
        }
        return found;
    }
}
