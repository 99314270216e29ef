package io.payroute.platform.trace;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.payroute.platform.Masks;

/**
 * Spans by the SDK of OpenTelemetry, sent over OTLP/HTTP. The only class that knows the SDK, so nothing of it is loaded while traces
 * are off. A collector that is slow or down costs spans, and never a payment: what does not fit the queue is left out. What a span
 * says is masked as a line of the log is.
 */
final class OpenTelemetryTracer implements Traces.Tracer, AutoCloseable {

    private static final int FLUSH_SECONDS = 3;

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final double ratio;

    OpenTelemetryTracer(SpanProcessor spans, String service, double ratio) {
        provider = SdkTracerProvider.builder().addSpanProcessor(spans)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service))))
                .build();
        tracer = provider.get("io.payroute");
        this.ratio = ratio;
    }

    /** @param endpoint without the path, as OTEL_EXPORTER_OTLP_ENDPOINT is */
    static OpenTelemetryTracer otlp(TraceSettings settings) {
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder().setEndpoint(settings.endpoint() + "/v1/traces");
        settings.headers().forEach(exporter::addHeader);
        return new OpenTelemetryTracer(
                BatchSpanProcessor.builder(exporter.build()).setScheduleDelay(1, TimeUnit.SECONDS).build(), settings.service(),
                settings.ratio());
    }

    @Override
    public Span begin(Span.Kind kind, String name, TraceContext parent) {
        SpanBuilder span = tracer.spanBuilder(Masks.masked(name)).setSpanKind(SpanKind.valueOf(kind.name()));
        if (parent == null) {
            span.setNoParent();
        } else {
            span.setParent(Context.root().with(io.opentelemetry.api.trace.Span.wrap(SpanContext.createFromRemoteParent(
                    parent.traceId(), parent.spanId(), parent.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                    TraceState.getDefault()))));
        }
        return new Recorded(span.startSpan());
    }

    @Override
    public boolean draw() {
        return ThreadLocalRandom.current().nextDouble() < ratio;
    }

    /** Sends what is there. */
    @Override
    public void close() {
        provider.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }

    private record Recorded(io.opentelemetry.api.trace.Span span, TraceContext context) implements Span {

        Recorded(io.opentelemetry.api.trace.Span span) {
            this(span, new TraceContext(span.getSpanContext().getTraceId(), span.getSpanContext().getSpanId(),
                    span.getSpanContext().isSampled()));
        }

        @Override
        public Span set(String name, Object value) {
            if (value instanceof Integer number) {
                span.setAttribute(name, (long) number);
            } else if (value != null) {
                span.setAttribute(name, Masks.masked(value.toString()));
            }
            return this;
        }

        @Override
        public Span named(String name) {
            span.updateName(Masks.masked(name));
            return this;
        }

        @Override
        public Span failed(String cause) {
            span.setStatus(StatusCode.ERROR, Masks.masked(cause));
            return this;
        }

        @Override
        public void end() {
            span.end();
        }
    }
}
