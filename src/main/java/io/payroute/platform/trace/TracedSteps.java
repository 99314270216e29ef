package io.payroute.platform.trace;

import java.util.Collection;
import java.util.Set;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.util.StringHelper;

import io.payroute.platform.LogSubject;

/**
 * Makes a span of each step that does something: a bean's verb, and what leaves for another server, another route by its name, or a
 * provider. Steps inside it are its parts. What an exchange is not traced for costs a look at a property.
 */
final class TracedSteps implements InterceptStrategy {

    /** Steps to these begin nothing by themselves: what is behind them has steps of its own. */
    private static final Set<String> INSIDE = Set.of("direct", "work", "outbox", "log", "kamelet");

    private final Collection<SpanDetails> details;

    TracedSteps(Collection<SpanDetails> details) {
        this.details = details;
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode step, Processor target, Processor next) {
        Span.Kind kind = kind(step);
        return kind == null ? target : new Step(target, kind, step.getId() == null ? step.getShortName() : step.getId());
    }

    private static Span.Kind kind(NamedNode step) {
        if (step instanceof BeanDefinition) {
            return Span.Kind.INTERNAL;
        }
        if (step instanceof ToDynamicDefinition) {
            return Span.Kind.CLIENT;
        }
        return step instanceof ToDefinition to && !INSIDE.contains(StringHelper.before(to.getEndpointUri(), ":", ""))
                ? Span.Kind.CLIENT
                : null;
    }

    private final class Step extends DelegateAsyncProcessor {

        private final Span.Kind kind;
        private final String id;

        Step(Processor target, Span.Kind kind, String id) {
            super(target);
            this.kind = kind;
            this.id = id;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            TraceContext set = TraceContext.of(exchange);
            TraceContext parent = set == null ? TraceContext.current() : set;
            if (parent == null) {
                return super.process(exchange, callback);
            }
            Span span = Traces.begin(kind, id, parent);
            span.context().set(exchange);
            span.set("step", id).set("routeId", ExchangeHelper.getRouteId(exchange));
            TraceContext outside = TraceContext.enter(span.context());
            try {
                return super.process(exchange, sync -> {
                    // Where the message or the thread had it, the exchange goes on with it: a bean may replace the message.
                    parent.set(exchange);
                    if (span.context().sampled()) {
                        end(exchange, span);
                    }
                    callback.done(sync);
                });
            } finally {
                TraceContext.enter(outside);
            }
        }

        private void end(Exchange exchange, Span span) {
            span.about(LogSubject.of(exchange));
            Integer attempt = exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, Integer.class);
            span.set("attempt", attempt == null ? null : attempt + 1);
            if (exchange.getException() == null) {
                details.forEach(one -> one.describe(exchange, span));
            } else {
                span.failed(exchange.getException().getClass().getSimpleName());
            }
            span.end();
        }
    }
}
