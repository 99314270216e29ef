package io.payroute.platform.trace;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.payroute.platform.LogSubject;
import io.payroute.platform.outbox.EventEnvelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class TracedStepsTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final CamelContext camel = new DefaultCamelContext();
    private final Verbs verbs = new Verbs();

    /** What routes call. */
    public static final class Verbs {
        private final CompletableFuture<Void> later = new CompletableFuture<>();
        private String told;

        public void tell() {
            told = EventEnvelope.protobuf("topic", "key", "type", new byte[0]).traceparent();
        }

        public CompletionStage<Void> await() {
            return later;
        }

        public void fail() {
            throw new IllegalStateException("ada@example.com");
        }
    }

    @BeforeEach
    void start() throws Exception {
        Traces.on(new OpenTelemetryTracer(SimpleSpanProcessor.create(spans), "test", 1), role -> null);
        camel.getRegistry().bind("verbs", verbs);
        camel.getCamelContextExtension()
                .addInterceptStrategy(new TracedSteps(List.of((exchange, span) -> span.set("outcome", "done"))));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:begin").routeId("begin").to("direct:inside").id("to-inside").bean("verbs", "tell").id("tell");
                from("direct:inside").routeId("inside").toD("direct:${header.to}").id("to-dynamic");
                from("direct:waits").routeId("waits").bean("verbs", "await").id("await").bean("verbs", "tell").id("told");
                from("direct:fails").routeId("fails").errorHandler(noErrorHandler()).bean("verbs", "fail").id("fail");
                from("direct:nothing").routeId("nothing").setBody(constant("x"));
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
        Traces.off();
    }

    @Test
    void shouldLinkWhatIsInsideAStepToIt() throws Exception {
        // When
        run("direct:begin", "waits", true);

        // Then
        verbs.later.complete(null);
        await().untilAsserted(() -> assertThat(byName()).containsKey("tell"));
        Map<String, SpanData> byName = byName();
        assertThat(byName).containsOnlyKeys("to-dynamic", "await", "told", "tell");
        assertThat(byName.values()).allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(TRACE));
        assertThat(byName.get("to-dynamic").getParentSpanId()).isEqualTo(PARENT);
        assertThat(byName.get("await").getParentSpanId()).isEqualTo(byName.get("to-dynamic").getSpanId());
        assertThat(byName.get("told").getParentSpanId()).isEqualTo(byName.get("to-dynamic").getSpanId());
        assertThat(byName.get("tell").getParentSpanId()).isEqualTo(PARENT);
    }

    @Test
    void shouldSayWhereItIsAndWhatItIsAbout() throws Exception {
        // When
        run("direct:begin", "nothing", true);

        // Then
        SpanData span = byName().get("to-dynamic");
        assertThat(span.getAttributes().asMap()).containsEntry(AttributeKey.stringKey("routeId"), "inside")
                .containsEntry(AttributeKey.stringKey("step"), "to-dynamic")
                .containsEntry(AttributeKey.stringKey("subjectId"), "s-1")
                .containsEntry(AttributeKey.stringKey("outcome"), "done");
    }

    @Test
    void shouldMaskWhatASpanSaysAsInTheLog() throws Exception {
        // Given
        Span span = Traces.beginTrace(Span.Kind.INTERNAL, "to ada@example.com", null);

        // When
        span.about(" orderId=4111111111111111 eventId=01936e51-2345-7890-8123-456789012345").set("to", "ada@example.com")
                .set("attempt", 2).failed("token=s3cr3t-value");
        span.end();

        // Then
        assertThat(spans.getFinishedSpanItems()).singleElement().satisfies(said -> {
            assertThat(said.toString()).doesNotContain("4111", "ada", "s3cr3t");
            assertThat(said.getAttributes().asMap()).containsEntry(AttributeKey.stringKey("orderId"), "****")
                    .containsEntry(AttributeKey.stringKey("eventId"), "01936e51-2345-7890-8123-456789012345")
                    .containsEntry(AttributeKey.longKey("attempt"), 2L);
        });
    }

    @Test
    void shouldWriteTheTraceIntoTheEventsOfAStep() throws Exception {
        // When
        run("direct:begin", "nothing", true);

        // Then
        assertThat(verbs.told).isEqualTo("00-" + TRACE + "-" + byName().get("tell").getSpanId() + "-01");
        assertThat(TraceContext.current()).isNull();
    }

    @Test
    void shouldTellTheTypeOfAFailureAndNotItsText() throws Exception {
        // When
        run("direct:begin", "fails", true);

        // Then
        SpanData span = byName().get("fail");
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.toString()).contains("IllegalStateException").doesNotContain("ada");
    }

    @Test
    void shouldRecordNothingOfATraceThatIsNotRecordedAndHandItOn() throws Exception {
        // When
        run("direct:begin", "nothing", false);

        // Then
        assertThat(spans.getFinishedSpanItems()).isEmpty();
        assertThat(verbs.told).isEqualTo("00-" + TRACE + "-" + PARENT + "-00");
    }

    @Test
    void shouldWriteNoTraceWhereThereIsNone() throws Exception {
        // Given
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setHeader("to", "nothing");

        // When
        camel.createProducerTemplate().send("direct:begin", exchange);

        // Then
        assertThat(spans.getFinishedSpanItems()).isEmpty();
        assertThat(verbs.told).isNull();
    }

    private void run(String route, String to, boolean sampled) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setHeader("to", to);
        LogSubject.set(exchange, () -> LogSubject.id("subjectId", "s-1"));
        new TraceContext(TRACE, PARENT, sampled).set(exchange);
        if (to.equals("waits")) {
            camel.createProducerTemplate().asyncSend(route, exchange);
        } else {
            camel.createProducerTemplate().send(route, exchange);
        }
    }

    private Map<String, SpanData> byName() {
        return spans.getFinishedSpanItems().stream().collect(Collectors.toMap(SpanData::getName, span -> span));
    }
}
