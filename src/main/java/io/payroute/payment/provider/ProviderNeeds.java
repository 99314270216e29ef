package io.payroute.payment.provider;

import java.util.Locale;
import java.util.Optional;

/** What a payment provider needs before it can be used, such as a key. Checked at the start, for the providers that are in use. */
public interface ProviderNeeds {

    /**
     * @param provider the name that follows {@code provider-} in its route's id
     * @return one sentence without its full stop, that names the property and the remedy; empty when nothing is missing, or
     *         the provider is another one
     */
    Optional<String> missing(String provider);

    /** The key under which the secret key of a provider stands. */
    static String apiKey(String provider) {
        return "payment.provider." + provider + ".api-key";
    }

    /** One sentence without its full stop. */
    static String apiKeyMissing(String provider) {
        return apiKey(provider) + " is missing. Set "
                + apiKey(provider).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + " to "
                + (provider.equals("stripe")
                        ? "a secret key of your Stripe account (sk_test_... to try it out)"
                        : "the provider's secret key");
    }
}
