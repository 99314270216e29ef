package io.payroute.payment.provider.http;

import org.apache.camel.impl.DefaultCamelContext;

import io.payroute.payment.provider.ProviderStandIn;

/** In the place of a provider of the examples folder. */
public record ExampleStandIn(String name, String key, String reference, ProviderStub server) implements ProviderStandIn {

    public static ExampleStandIn adyen() {
        return new ExampleStandIn("adyen", "the-api-key", "993617895215577D", new ProviderStub());
    }

    public static ExampleStandIn razorpay() {
        return new ExampleStandIn("razorpay", "rzp_test_1:secret", "pay_1", new ProviderStub());
    }

    @Override
    public void start(DefaultCamelContext context) throws Exception {
        server.start();
        ExampleProvider.load(context, name, server.url(), key);
    }

    @Override
    public void stop() {
        server.stop();
    }
}
