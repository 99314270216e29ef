package io.payroute.payment.provider.stripe;

import java.time.Duration;

import org.apache.camel.impl.DefaultCamelContext;

import io.payroute.payment.provider.ProviderStandIn;
import io.payroute.testing.Routes;

/** In Stripe's place. */
public record StripeStandIn(StripeStub server) implements ProviderStandIn {

    public StripeStandIn() {
        this(new StripeStub());
    }

    @Override
    public String name() {
        return "stripe";
    }

    @Override
    public String reference() {
        return "pi_1";
    }

    @Override
    public void start(DefaultCamelContext context) throws Exception {
        server.start();
        context.getPropertiesComponent().addOverrideProperty("payment.provider.stripe.base-url", server.url());
        TestStripe.bindClient(context, Duration.ofSeconds(8));
        context.getRegistry().bind("stripeProvider", TestStripe.provider("sk_test_abcdefgh", server.url()));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/provider-stripe.camel.yaml");
    }

    @Override
    public void stop() {
        server.stop();
    }
}
