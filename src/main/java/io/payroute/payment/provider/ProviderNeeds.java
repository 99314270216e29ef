package io.payroute.payment.provider;

import java.util.Optional;

/** What a payment provider needs before it can be used, such as a key. Checked at the start, for the providers that are in use. */
public interface ProviderNeeds {

    /** The name that follows {@code provider-} in its route's id. */
    String provider();

    /** One sentence without its full stop, that names the property and the remedy; empty when nothing is missing. */
    Optional<String> missing();
}
