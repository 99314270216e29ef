package io.payroute.platform.access;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jose4j.http.Get;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Verifies the access tokens of one {@link TokenIssuer}: its key, its algorithm whatever the token says, its type, issuer, audience and
 * times. Keys of another process are fetched when they are needed, and kept for a while when that process is away.
 */
final class IssuedTokens implements IssuerTokens {

    private static final int CLOCK_SKEW_SECONDS = 10;
    private static final int FETCH_MILLIS = 2_000;
    private static final long REFRESH_SECONDS = TimeUnit.MINUTES.toSeconds(10);
    private static final long RETAIN_SECONDS = TimeUnit.MINUTES.toSeconds(60);
    /** A token that names an unknown key has the keys fetched again, but no more often than this. */
    private static final Duration FORCED_REFRESH = Duration.ofMinutes(1);

    private final String issuer;
    private final JwtConsumer consumer;

    IssuedTokens(TokenIssuer.Trust trust) {
        this(trust, FORCED_REFRESH);
    }

    IssuedTokens(TokenIssuer.Trust trust, Duration forcedRefresh) {
        this.issuer = trust.issuer();
        this.consumer = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT,
                        AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256))
                .setVerificationKeyResolver(keys(trust, forcedRefresh)).setExpectedType(true, TokenIssuer.TYPE)
                .setExpectedIssuer(true, trust.issuer()).setExpectedAudience(true, trust.audience()).setRequireSubject()
                .setRequireExpirationTime().setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS).build();
    }

    @Override
    public String issuer() {
        return issuer;
    }

    @Override
    public Claims verify(String token) throws NotGood {
        try {
            JwtClaims claims = consumer.processToClaims(token);
            return new Claims(claims.getSubject(), claims.getStringClaimValue("scope"), claims.getExpirationTime().getValue());
        } catch (InvalidJwtException | MalformedClaimException e) {
            throw new NotGood(e);
        }
    }

    private static VerificationKeyResolver keys(TokenIssuer.Trust trust, Duration forcedRefresh) {
        if (trust.keys() != null) {
            return new JwksVerificationKeyResolver(List.copyOf(trust.keys()));
        }
        Get get = new Get();
        get.setConnectTimeout(FETCH_MILLIS);
        get.setReadTimeout(FETCH_MILLIS);
        get.setRetries(0);
        HttpsJwks jwks = new HttpsJwks(trust.jwks().toString());
        jwks.setSimpleHttpGet(get);
        jwks.setDefaultCacheDuration(REFRESH_SECONDS);
        jwks.setRetainCacheOnErrorDuration(RETAIN_SECONDS);
        jwks.setRefreshReprieveThreshold(forcedRefresh.toMillis());
        return known(jwks);
    }

    /** While there are keys, a token that names none of them is wrong, also when they could not be fetched again. */
    private static VerificationKeyResolver known(HttpsJwks jwks) {
        VerificationKeyResolver fetched = new HttpsJwksVerificationKeyResolver(jwks);
        return (signature, nesting) -> {
            try {
                return fetched.resolveKey(signature, nesting);
            } catch (UnresolvableKeyException e) {
                throw hasKeys(jwks) ? new UnresolvableKeyException(e.getMessage()) : e;
            }
        };
    }

    private static boolean hasKeys(HttpsJwks jwks) {
        try {
            return !jwks.getJsonWebKeys().isEmpty();
        } catch (IOException | JoseException e) {
            return false;
        }
    }
}
