package io.payroute.payment.provider.stripe;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.hc.core5.util.Timeout;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.provider.ProviderNeeds;
import io.quarkus.arc.Unremovable;

/** What must be configured before Stripe can be used. Where it is not used, nothing is required. */
@ApplicationScoped
@Unremovable
class StripeSettings implements ProviderNeeds {

    static final String API_KEY = "payment.provider.stripe.api-key";
    static final String PAYMENT_METHOD = "payment.provider.stripe.payment-method";
    static final String RETURN_URL = "payment.provider.stripe.return-url";
    static final String BASE_URL = "payment.provider.stripe.base-url";
    private static final Pattern KEY = Pattern.compile("(sk|rk)_(test|live)_[A-Za-z0-9_]{8,}");
    private static final Duration MAX_KEY_LIFE = Duration.ofHours(24);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Optional<String> apiKey;
    private final Optional<String> paymentMethod;
    private final String baseUrl;
    private final Duration keyLife;
    private final Duration absentAfter;
    private final Optional<String> returnUrl;
    private final Duration actionTimeout;
    private final Duration connectTimeout;
    private final Duration readTimeout;
    private final Duration longestCall;
    private final Duration lease;

    /**
     * @param paymentMethod for payments whose method is no payment method of Stripe's; for tests
     * @param keyLife how long Stripe surely knows an idempotency key
     * @param returnUrl where a customer comes back to who had to confirm a payment on a page of his bank's
     * @param actionTimeout after which a payment that no customer has confirmed is ended
     * @param absentAfter after which a charge whose key gives a kept error of Stripe's own, and that Stripe does not list, was not made
     */
    StripeSettings(@ConfigProperty(name = API_KEY) Optional<String> apiKey,
            @ConfigProperty(name = PAYMENT_METHOD) Optional<String> paymentMethod,
            @ConfigProperty(name = BASE_URL) String baseUrl,
            @ConfigProperty(name = "payment.provider.stripe.key-life") Duration keyLife,
            @ConfigProperty(name = "payment.provider.stripe.absent-after") Duration absentAfter,
            @ConfigProperty(name = RETURN_URL) Optional<String> returnUrl,
            @ConfigProperty(name = "payment.provider.stripe.action-timeout") Duration actionTimeout,
            @ConfigProperty(name = "payment.provider.stripe.connect-timeout") Duration connectTimeout,
            @ConfigProperty(name = "payment.provider.stripe.read-timeout") Duration readTimeout,
            @ConfigProperty(name = "payment.charge.lease") Duration lease) {
        this.apiKey = apiKey.map(String::strip).filter(key -> !key.isEmpty());
        this.paymentMethod = paymentMethod.map(String::strip).filter(method -> !method.isEmpty());
        this.baseUrl = baseUrl;
        this.keyLife = keyLife;
        this.absentAfter = absentAfter;
        this.returnUrl = returnUrl.map(String::strip).filter(url -> !url.isEmpty());
        this.actionTimeout = actionTimeout;
        // Each request may wait for a thread of the pool, for the connection and for the answer.
        this.longestCall = connectTimeout.multipliedBy(2).plus(readTimeout).multipliedBy(StripeProvider.PLANNED_REQUESTS);
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
        this.lease = lease;
    }

    /** For the route: its endpoint would take milliseconds alone. */
    @Produces
    @Singleton
    @Unremovable
    @Named("stripeConnectTimeout")
    Timeout connectTimeout() {
        return Timeout.of(connectTimeout);
    }

    @Produces
    @Singleton
    @Unremovable
    @Named("stripeReadTimeout")
    Timeout readTimeout() {
        return Timeout.of(readTimeout);
    }

    @Override
    public Optional<String> missing(String provider) {
        return provider.equals("stripe") ? missing() : Optional.empty();
    }

    Optional<String> missing() {
        if (apiKey.isEmpty()) {
            return Optional.of(ProviderNeeds.apiKeyMissing("stripe"));
        }
        if (!KEY.matcher(apiKey.get()).matches()) {
            return Optional
                    .of(API_KEY + " is no secret key of Stripe's. Set PAYMENT_PROVIDER_STRIPE_API_KEY to one that starts "
                            + "with sk_test_, sk_live_, rk_test_ or rk_live_");
        }
        if (apiKey.get().contains("_live_") && paymentMethod.isPresent()) {
            return Optional
                    .of(PAYMENT_METHOD + " is for test keys: with a live key it would charge every customer's payment to "
                            + "one card. Remove it");
        }
        URI address = URI.create(baseUrl);
        if (!"https".equals(address.getScheme()) && !LOOPBACK.contains(String.valueOf(address.getHost()))) {
            return Optional.of(BASE_URL + " must begin with https://, because the secret key goes there");
        }
        if (returnUrl.isPresent() && !returnUrl.get().matches("https?://[^\\s]+")) {
            return Optional.of(RETURN_URL + " must be an address that begins with https://");
        }
        if (longestCall.compareTo(lease.dividedBy(2)) > 0) {
            return Optional
                    .of("payment.provider.stripe.connect-timeout and read-timeout let a call take " + longestCall.toSeconds()
                            + " s, which is more than half of payment.charge.lease. Shorten them or lengthen the lease");
        }
        if (keyLife.plus(lease).compareTo(MAX_KEY_LIFE) > 0) {
            return Optional
                    .of("payment.provider.stripe.key-life and payment.charge.lease must be below 24h together, for which Stripe keeps "
                            + "a key. Shorten it");
        }
        return Optional.empty();
    }

    /** The value of the header Authorization. */
    String authorization() {
        return "Bearer " + apiKey.orElseThrow(() -> new IllegalStateException(missing().orElse(API_KEY)));
    }

    /**
     * The payment method to be charged.
     *
     * @param method of the payment: taken as it is when it is one of Stripe's
     * @return empty when there is none
     */
    Optional<String> paymentMethod(String method) {
        return method.startsWith("pm_") ? Optional.of(method) : paymentMethod;
    }

    /** Null where customers have Stripe's script in their browser. */
    String returnUrl() {
        return returnUrl.orElse(null);
    }

    Duration actionTimeout() {
        return actionTimeout;
    }

    Duration absentAfter() {
        return absentAfter;
    }

    Duration keyLife() {
        return keyLife;
    }
}
