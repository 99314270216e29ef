package io.payroute.payment.provider.stripe;

import java.time.Duration;
import java.util.Optional;

/** The bean of the Stripe route, for tests that put the route together. */
public final class TestStripe {

    private TestStripe() {
    }

    public static StripeProvider provider(String key, String url) {
        return new StripeProvider(settings(key, null, url));
    }

    static StripeSettings settings(String key, String paymentMethod, String url) {
        return new StripeSettings(Optional.ofNullable(key), Optional.ofNullable(paymentMethod), url, Duration.ofHours(23),
                Duration.ofMinutes(10), 2000,
                8000, Duration.ofSeconds(60));
    }
}
