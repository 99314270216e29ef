package io.payroute.payment.provider.stripe;

import java.time.Duration;
import java.util.Optional;

import org.apache.camel.CamelContext;
import org.apache.hc.core5.util.Timeout;

import io.payroute.payment.provider.PlainHttpClient;

/** The beans of the Stripe route, for tests that put the route together. */
public final class TestStripe {

    private TestStripe() {
    }

    public static StripeProvider provider(String key, String url) {
        return new StripeProvider(settings(key, null, url));
    }

    /** What the route's endpoint refers to beside the bean. */
    public static void bindClient(CamelContext context, Duration readTimeout) {
        context.getRegistry().bind("plainHttpClient", new PlainHttpClient());
        context.getRegistry().bind("stripeConnectTimeout", Timeout.ofSeconds(2));
        context.getRegistry().bind("stripeReadTimeout", Timeout.of(readTimeout));
    }

    static final Duration ACTION_TIMEOUT = Duration.ofHours(1);

    static StripeSettings settings(String key, String paymentMethod, String url) {
        return new StripeSettings(Optional.ofNullable(key), Optional.ofNullable(paymentMethod), url, Duration.ofHours(23),
                Duration.ofMinutes(10), Optional.of("https://shop.example/paid"), ACTION_TIMEOUT, Duration.ofSeconds(2),
                Duration.ofSeconds(8), Duration.ofSeconds(60));
    }
}
