package io.payroute.platform.trace;

import java.util.List;

import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;

/** Traces that are on for a test, and what was recorded. */
public final class TestTraces implements AutoCloseable {

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();

    public TestTraces(double ratio) {
        Traces.on(new OpenTelemetryTracer(SimpleSpanProcessor.create(spans), "test", ratio), role -> null);
    }

    public List<SpanData> recorded() {
        return spans.getFinishedSpanItems();
    }

    @Override
    public void close() {
        Traces.off();
    }
}
