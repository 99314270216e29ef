package io.payroute.testing;

import org.apache.camel.Exchange;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.payment.hook.HookFailures;
import io.payroute.platform.Defaults;
import io.payroute.platform.outbox.OutboxComponent;
import io.payroute.platform.work.WorkComponent;

/** Packaged routes in a plain Camel context. */
public final class Routes {

    /** No hook is replaced; a test of hooks unbinds it and binds its own. */
    public static final class NoHook {
        public boolean applies(Exchange exchange) {
            return false;
        }

        public void offer(Exchange exchange) {
            throw new IllegalStateException();
        }

        public void conclude(Exchange exchange) {
            throw new IllegalStateException();
        }

        public boolean isEnded(Exchange exchange) {
            return false;
        }
    }

    private Routes() {
    }

    /** A context with the application's properties, not started. */
    public static DefaultCamelContext context() {
        DefaultCamelContext context = new DefaultCamelContext();
        // Otherwise the configuration of the application is read as a whole, which starts the embedded servers.
        ((PropertiesComponent) context.getPropertiesComponent()).setAutoDiscoverPropertiesSources(false);
        context.getPropertiesComponent().setInitialProperties(Defaults.packaged().all());
        context.getPropertiesComponent().addOverrideProperty("kafka.redelivery.attempts", "2");
        context.getPropertiesComponent().addOverrideProperty("kafka.redelivery.first-delay", "1");
        // What a step wakes; a route that begins with one of them needs the test's own.
        context.getRegistry().bind("work-component",
                new WorkComponent(new SimpleMeterRegistry(), () -> () -> Integer.MAX_VALUE));
        context.getRegistry().bind("beforeStore", new NoHook());
        context.getRegistry().bind("beforeCharge", new NoHook());
        context.getRegistry().bind("hookFailure", new HookFailures(new SimpleMeterRegistry()));
        context.getRegistry().bind("outbox-component", new OutboxComponent(role -> null, () -> () -> Integer.MAX_VALUE));
        return context;
    }

    public static void load(DefaultCamelContext context, String... files) throws Exception {
        for (String file : files) {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("classpath:routes/" + file));
        }
    }
}
