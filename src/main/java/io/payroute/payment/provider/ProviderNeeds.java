package io.payroute.payment.provider;

import java.util.Optional;

/** What a payment provider needs before it can be used, such as a key. Checked at the start, for the providers that are in use. */
public interface ProviderNeeds {

    /**
     * @param provider the name that follows {@code provider-} in its route's id
     * @return one sentence without its full stop, that names the property and the remedy; empty when nothing is missing, or
     *         the provider is another one
     */
    Optional<String> missing(String provider);
}
