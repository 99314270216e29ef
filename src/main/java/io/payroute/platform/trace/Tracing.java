package io.payroute.platform.trace;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.quarkus.main.events.BeforeStart;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import io.payroute.platform.RoleDatabases;

/** Turns traces on before the first route is made, where a collector is named; otherwise nothing is made or loaded. */
@ApplicationScoped
class Tracing {

    private static final Logger LOG = Logger.getLogger(Tracing.class);

    private final Config config;
    private final RoleDatabases databases;
    private final Instance<SpanDetails> details;
    private AutoCloseable tracer;

    Tracing(Config config, RoleDatabases databases, @Any Instance<SpanDetails> details) {
        this.config = config;
        this.databases = databases;
        this.details = details;
    }

    void start(@Observes @Priority(-90) BeforeStart starting) {
        TraceSettings.of(config).ifPresent(settings -> {
            OpenTelemetryTracer made = OpenTelemetryTracer.otlp(settings);
            tracer = made;
            Traces.on(made, databases::of);
            ExtendedCamelContext camel = starting.getCamelContext().getCamelContextExtension();
            camel.addInterceptStrategy(new TracedSteps(details.stream().toList()));
            starting.getCamelContext().addRoutePolicyFactory(new TracedRequests());
            LOG.infof("event=traces-on endpoint=%s ratio=%s", settings.endpoint(), settings.ratio());
        });
    }

    @PreDestroy
    void close() throws Exception {
        if (tracer != null) {
            Traces.off();
            tracer.close();
        }
    }
}
