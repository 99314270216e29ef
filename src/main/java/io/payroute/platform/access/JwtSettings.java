package io.payroute.platform.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.crypto.spec.SecretKeySpec;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.smallrye.jwt.KeyFormat;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;

/**
 * Which JWTs are taken, from {@code payroute.jwt.*}; none unless a key is configured. The algorithms follow from the kind of key
 * and never from the token: a public key verifies no HMAC, a secret no RSA.
 */
@Singleton
class JwtSettings {

    private static final int MIN_SECRET_BYTES = 32;
    private static final int REFRESH_MINUTES = 10;
    private static final int FORCED_REFRESH_MINUTES = 1;
    /** For so long an issuer may be unavailable without locking out those whose tokens its last keys verify. */
    private static final int RETAIN_MINUTES = 60;
    private static final int CLOCK_SKEW_SECONDS = 10;
    private static final Set<SignatureAlgorithm> RSA = EnumSet.of(SignatureAlgorithm.RS256, SignatureAlgorithm.RS384,
            SignatureAlgorithm.RS512, SignatureAlgorithm.PS256, SignatureAlgorithm.PS384, SignatureAlgorithm.PS512);
    private static final Set<SignatureAlgorithm> EC = EnumSet.of(SignatureAlgorithm.ES256, SignatureAlgorithm.ES384,
            SignatureAlgorithm.ES512);

    private final JWTAuthContextInfo info;
    private final Duration maxLifetime;

    /** @throws IllegalStateException naming the property that is missing or wrong; the application does not start */
    @Inject
    JwtSettings(@ConfigProperty(name = "payroute.jwt.issuer") Optional<String> issuer,
            @ConfigProperty(name = "payroute.jwt.audience") Optional<String> audience,
            @ConfigProperty(name = "payroute.jwt.public-key") Optional<String> publicKey,
            @ConfigProperty(name = "payroute.jwt.public-key-location") Optional<String> location,
            @ConfigProperty(name = "payroute.jwt.secret") Optional<String> secret,
            @ConfigProperty(name = "payroute.jwt.max-lifetime") Duration maxLifetime) {
        if (maxLifetime.toSeconds() < 1) {
            throw new IllegalStateException("payroute.jwt.max-lifetime must be at least 1s, but is " + maxLifetime);
        }
        this.maxLifetime = maxLifetime;
        long keys = List.of(publicKey, location, secret).stream().filter(Optional::isPresent).count();
        if (keys == 0 && issuer.isEmpty() && audience.isEmpty()) {
            info = null;
            return;
        }
        if (keys != 1) {
            throw new IllegalStateException("JWTs are configured with " + keys
                    + " keys: set exactly one of PAYROUTE_JWT_PUBLIC_KEY,"
                    + " PAYROUTE_JWT_PUBLIC_KEY_LOCATION and PAYROUTE_JWT_SECRET, or no PAYROUTE_JWT_ variable at all.");
        }
        info = new JWTAuthContextInfo();
        info.setIssuedBy(required(issuer, "PAYROUTE_JWT_ISSUER", "the claim iss that your issuer writes"));
        info.setExpectedAudience(
                Set.of(required(audience, "PAYROUTE_JWT_AUDIENCE", "what the claim aud must hold, for example payroute")));
        info.setClockSkew(CLOCK_SKEW_SECONDS);
        info.setRequiredClaims(Set.of("sub"));
        publicKey.ifPresent(pem -> use(pem, "PAYROUTE_JWT_PUBLIC_KEY"));
        location.ifPresent(this::locate);
        secret.ifPresent(this::use);
    }

    /** @return null when no JWT is taken */
    JWTAuthContextInfo info() {
        return info;
    }

    /** For how long a token may still be good when it comes. */
    Duration maxLifetime() {
        return maxLifetime;
    }

    boolean isOn() {
        return info != null;
    }

    private static String required(Optional<String> value, String variable, String what) {
        return value.filter(text -> !text.isBlank()).orElseThrow(
                () -> new IllegalStateException(variable + " is missing: a JWT is taken only for one issuer and one audience. "
                        + "Set it to " + what + "."));
    }

    private void use(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new IllegalStateException("PAYROUTE_JWT_SECRET must have at least " + MIN_SECRET_BYTES
                    + " bytes (256 bit), for example from: openssl rand -hex 32");
        }
        info.setSecretVerificationKey(new SecretKeySpec(bytes, "HmacSHA256"));
        info.setSignatureAlgorithm(EnumSet.of(SignatureAlgorithm.HS256));
    }

    private void use(String pem, String variable) {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(variable + " has no public key in PEM form (-----BEGIN PUBLIC KEY-----).");
        }
        for (String kind : List.of("RSA", "EC")) {
            try {
                PublicKey key = KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
                info.setPublicVerificationKey(key);
                info.setSignatureAlgorithm(kind.equals("RSA") ? RSA : EC);
                return;
            } catch (GeneralSecurityException e) {
                // a key of the other kind
            }
        }
        throw new IllegalStateException(variable + " has no RSA or EC public key in PEM form (-----BEGIN PUBLIC KEY-----).");
    }

    private void locate(String location) {
        String variable = "PAYROUTE_JWT_PUBLIC_KEY_LOCATION";
        if (location.startsWith("https://")) {
            useKeySet();
            info.setPublicKeyLocation(location);
            info.setJwksRefreshInterval(REFRESH_MINUTES);
            info.setJwksRetainCacheOnErrorDuration(RETAIN_MINUTES);
            info.setForcedJwksRefreshInterval(FORCED_REFRESH_MINUTES);
            return;
        }
        String content;
        try {
            content = Files.readString(Path.of(location));
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(variable + " is " + location
                    + ", which cannot be read: set it to a file with a public key (PEM) or key set (JWKS), or to an https:// "
                    + "address of a key set.", e);
        }
        if (content.contains("-----BEGIN")) {
            use(content, variable);
        } else {
            useKeySet();
            info.setPublicKeyContent(content);
        }
    }

    private void useKeySet() {
        EnumSet<SignatureAlgorithm> all = EnumSet.copyOf(RSA);
        all.addAll(EC);
        info.setSignatureAlgorithm(all);
        info.setKeyFormat(KeyFormat.JWK);
    }
}
