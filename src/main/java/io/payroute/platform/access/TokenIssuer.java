package io.payroute.platform.access;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jose4j.jwk.JsonWebKey;

/**
 * A role that issues access tokens (RFC 9068, ES256) says so by a bean of this type: the edge takes them beside those of
 * {@code payroute.jwt.*}.
 */
public interface TokenIssuer {

    /** The header {@code typ} of an access token; what else an issuer may sign with its keys has another, or none. */
    String TYPE = "at+jwt";

    /** @return empty where this process takes no token of the issuer */
    Optional<Trust> trust();

    /**
     * What makes a token of the issuer good.
     *
     * @param scopes that its tokens may carry; any other in them means nothing
     * @param keys of this process; null where another has them
     * @param jwks where they are then
     */
    record Trust(String issuer, String audience, Set<Scope> scopes, List<? extends JsonWebKey> keys, URI jwks) {
    }

    /**
     * Keys that came without TLS could be anybody's.
     *
     * @throws IllegalStateException naming the variable and the remedy
     */
    static void checkAddress(String variable, URI address, boolean embedded) {
        boolean plain = "http".equals(address.getScheme());
        if (address.getHost() == null || !plain && !"https".equals(address.getScheme())
                || plain && !embedded && !isLoopback(address.getHost())) {
            throw new IllegalStateException(variable + " is " + address
                    + ", but must be an https:// address; http:// is taken on loopback and in embedded mode only.");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
