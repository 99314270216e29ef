package io.payroute.testing;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;

/** Packaged routes in a plain Camel context. */
public final class Routes {

    private Routes() {
    }

    /** A context with the application's properties, not started. */
    public static DefaultCamelContext context() {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().setLocation("classpath:application.properties");
        context.getPropertiesComponent().addOverrideProperty("kafka.redelivery.attempts", "2");
        context.getPropertiesComponent().addOverrideProperty("kafka.redelivery.first-delay", "1");
        return context;
    }

    public static void load(DefaultCamelContext context, String... files) throws Exception {
        for (String file : files) {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("classpath:routes/" + file));
        }
    }
}
