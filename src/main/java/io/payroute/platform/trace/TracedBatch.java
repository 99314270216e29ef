package io.payroute.platform.trace;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What is done for many in one statement, for each that is part of a trace: its span, where it is recorded, and what those who go on
 * with it are parts of. Ends with the statement.
 */
public final class TracedBatch<T> implements AutoCloseable {

    private static final TracedBatch<?> NONE = new TracedBatch<>(Map.of());

    private final Map<T, Span> spans;

    private TracedBatch(Map<T, Span> spans) {
        this.spans = spans;
    }

    /** @param parent of each, null for none */
    @SuppressWarnings("unchecked")
    public static <T> TracedBatch<T> begin(String step, List<T> rows, Function<T, TraceContext> parent) {
        if (!Traces.areOn()) {
            return (TracedBatch<T>) NONE;
        }
        Map<T, Span> spans = new LinkedHashMap<>();
        for (T row : rows) {
            TraceContext of = parent.apply(row);
            if (of != null) {
                spans.put(row, Traces.begin(Span.Kind.CONSUMER, step, of).set("step", step).set("batch", rows.size()));
            }
        }
        return new TracedBatch<>(spans);
    }

    /** Notes what each is about, in the words of the log. */
    public TracedBatch<T> about(Function<T, String> ids) {
        spans.forEach((row, span) -> {
            if (span.context().sampled()) {
                span.about(ids.apply(row));
            }
        });
        return this;
    }

    /** Keeps each for those who go on with it, as of {@link Traces#keep}. */
    public void keep(String role, Function<T, String> id) {
        Traces.keep(role, spans.entrySet(), one -> one.getValue().context(), one -> List.of(id.apply(one.getKey())));
    }

    @Override
    public void close() {
        spans.values().forEach(Span::end);
    }
}
