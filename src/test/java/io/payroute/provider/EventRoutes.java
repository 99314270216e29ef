package io.payroute.provider;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.camel.impl.DefaultCamelContext;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.provider.signature.SignatureSchemes;
import io.payroute.testing.Routes;
import io.smallrye.config.SmallRyeConfigBuilder;

/** The packaged routes and kamelet that read providers' events, with secrets for every provider. */
public final class EventRoutes {

    public static final List<String> PROVIDERS = List.of("sandbox", "stripe", "razorpay", "paypal", "adyen");
    public static final String SECRET = "a-secret-for-this-test-only";
    public static final String ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
    public static final Map<String, String> SECRETS = Map.of("provider.stripe.webhook-secrets",
            "the-old-secret-of-stripe," + SECRET,
            "provider.razorpay.webhook-secrets", SECRET, "provider.paypal.webhook-secrets", "0FV983392A0531201",
            "provider.adyen.webhook-secrets", ADYEN_KEY);

    private EventRoutes() {
    }

    /** Not started; {@code providerSignatures} is bound. */
    public static DefaultCamelContext context(Map<String, String> secrets) throws Exception {
        DefaultCamelContext context = Routes.context();
        context.getRegistry().bind("providerSignatures", signatures(secrets));
        context.getPropertiesComponent().addOverrideProperty("role.payment", "true");
        Routes.load(context, "shared/error-handling.camel.yaml");
        Routes.load(context, PROVIDERS.stream().map(name -> "payment/provider-" + name + "-events.camel.yaml")
                .toArray(String[]::new));
        return context;
    }

    public static ProviderSignatures signatures(Map<String, String> secrets) {
        return new ProviderSignatures(new SmallRyeConfigBuilder().withDefaultValues(secrets).build(),
                new SandboxSecret(List.of(SECRET)),
                new SignatureSchemes(Duration.ofMinutes(5), List.of("api.paypal.com"), Duration.ofSeconds(1), Optional.empty()),
                new SimpleMeterRegistry());
    }
}
