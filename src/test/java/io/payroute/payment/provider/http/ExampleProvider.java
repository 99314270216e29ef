package io.payroute.payment.provider.http;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;

import io.payroute.payment.routing.ProviderRules;
import io.payroute.testing.Routes;
import io.smallrye.config.SmallRyeConfigBuilder;

/** A provider of the examples folder, in a plain Camel context, at an address of the test's. */
public final class ExampleProvider {

    private ExampleProvider() {
    }

    /** Adds the folder's route and configuration to a context that is not started; {@code providerNeeds} of it is returned. */
    public static DeclaredProviders load(DefaultCamelContext context, String name, String url, String key) throws Exception {
        Map<String, String> config = config(name, url, key);
        config.forEach(context.getPropertiesComponent()::addOverrideProperty);
        DeclaredProviders providers = bind(context, config);
        Routes.load(context, "shared/error-handling.camel.yaml");
        PluginHelper.getRoutesLoader(context).loadRoutes(PluginHelper.getResourceLoader(context)
                .resolveResource("file:" + folder(name).resolve("routes/provider-" + name + ".camel.yaml")));
        return providers;
    }

    static DeclaredProviders bind(DefaultCamelContext context, Map<String, String> config) {
        DeclaredProviders providers = new DeclaredProviders(
                new SmallRyeConfigBuilder().withDefaultValues(Map.of("payment.charge.lease", "60s",
                        "payment.charge.max-in-flight", "100")).withDefaultValues(config).build(),
                new ProviderRules("rules.yaml", "rules: []", config.getOrDefault("payment.provider.default", "sandbox")));
        context.getRegistry().bind("declaredProviders", providers);
        return providers;
    }

    private static Map<String, String> config(String name, String url, String key) throws IOException {
        Properties file = new Properties();
        file.load(new StringReader(Files.readString(folder(name).resolve("application.properties"))));
        Map<String, String> config = new HashMap<>();
        file.forEach((property, value) -> config.put(property.toString(), value.toString()));
        config.put("payment.provider." + name + ".base-url", url);
        config.put("payment.provider." + name + ".api-key", key);
        config.put("payment.provider." + name + ".threads", "2");
        config.put("role.payment", "true");
        return config;
    }

    private static Path folder(String name) {
        return Path.of("examples/providers", name).toAbsolutePath();
    }
}
