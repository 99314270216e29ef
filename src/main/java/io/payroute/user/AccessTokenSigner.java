package io.payroute.user;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

import io.payroute.platform.access.Scope;
import io.payroute.platform.access.TokenIssuer;

/** Signs the access token of a person, as RFC 9068 has it: short, and with no more of him than his id and his rights. */
@ApplicationScoped
class AccessTokenSigner {

    private final TokenKeys keys;
    private final String issuer;
    private final String audience;
    private final Duration lifetime;

    @Inject
    AccessTokenSigner(TokenKeys keys, @ConfigProperty(name = "user.token.issuer") String issuer,
            @ConfigProperty(name = "user.token.audience") String audience,
            @ConfigProperty(name = "user.token.access-lifetime") Duration lifetime) {
        this.keys = keys;
        this.issuer = issuer;
        this.audience = audience;
        this.lifetime = lifetime;
    }

    Duration lifetime() {
        return lifetime;
    }

    String sign(UUID account, boolean admin) {
        NumericDate now = NumericDate.now();
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setAudience(audience);
        claims.setSubject(account.toString());
        claims.setIssuedAt(now);
        claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() + lifetime.toSeconds()));
        claims.setGeneratedJwtId();
        claims.setStringClaim("scope",
                Scope.words(admin ? Set.of(UserAccess.BUY, UserAccess.CATALOG) : Set.of(UserAccess.BUY)));
        PublicJsonWebKey key = keys.signing();
        JsonWebSignature signed = new JsonWebSignature();
        signed.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        signed.setHeader("typ", TokenIssuer.TYPE);
        signed.setKeyIdHeaderValue(key.getKeyId());
        signed.setKey(key.getPrivateKey());
        signed.setPayload(claims.toJson());
        try {
            return signed.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
