package io.payroute.provider.signature;

import java.io.IOException;
import java.util.List;

/** How a provider signs what it sends. */
public interface SignatureScheme {

    /**
     * Returns when one of the secrets signed the request; every secret is tried, so that an old and a new one hold side by side.
     *
     * @param secrets at least one
     * @throws BadSignature when none did
     * @throws IOException when it cannot be said now; the provider shall send it again
     */
    void check(SignedRequest request, List<String> secrets) throws BadSignature, IOException;

    /** What is wrong with a secret, without the secret itself; null when it can be used. */
    default String refusalOf(String secret) {
        return secret.length() < 16 ? "must have at least 16 characters" : null;
    }
}
