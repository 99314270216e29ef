package io.payroute.user;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

import io.payroute.platform.OwnersFile;
import io.payroute.platform.Roles;

/**
 * The key that signs access tokens, and those before it, whose tokens stay good. Of each the id is its thumbprint (RFC 7638), so that
 * processes with the same file name it alike. Where the role is off there is none.
 */
@Singleton
class TokenKeys {

    private static final String CURVE = "secp256r1";
    private static final String KEY_FILE = "USER_TOKEN_KEY_FILE";
    private static final String FORMER = "USER_TOKEN_FORMER_KEY_FILES";
    private static final String MADE = "user-token-key.pem";
    private static final String REMEDY = " must be a PEM file with a key of the curve P-256 in PKCS#8, for example from: "
            + "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out user-token-key.pem";

    private static final Block PRIVATE = new Block("PRIVATE KEY");
    private static final Block PUBLIC = new Block("PUBLIC KEY");

    /** A part of a PEM file (RFC 7468). */
    private record Block(String label) {

        /** @return null where the file has none */
        byte[] in(String pem) {
            Matcher block = Pattern.compile("-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END").matcher(pem);
            return block.find() ? Base64.getMimeDecoder().decode(block.group(1)) : null;
        }

        String pem(Key key) {
            return "-----BEGIN " + label + "-----\n"
                    + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(key.getEncoded())
                    + "\n-----END " + label + "-----\n";
        }
    }

    private final List<PublicJsonWebKey> keys = new ArrayList<>();

    /** @throws IllegalStateException naming the property that is missing or wrong, and the remedy; the application does not start */
    @Inject
    TokenKeys(Roles roles, @ConfigProperty(name = "payroute.mode", defaultValue = "embedded") String mode,
            @ConfigProperty(name = "payroute.embedded.data-dir", defaultValue = "data") Path data,
            @ConfigProperty(name = "user.token.key-file") Optional<Path> file,
            @ConfigProperty(name = "user.token.former-key-files") Optional<List<Path>> former) {
        if (!roles.isActive(UserRole.NAME)) {
            return;
        }
        if (file.isEmpty() && !mode.equals("embedded")) {
            throw new IllegalStateException(KEY_FILE + " is missing: the role user signs the tokens of those who log in. It"
                    + REMEDY + "; or switch the role off (ROLE_USER=false).");
        }
        PublicJsonWebKey signing = key(KEY_FILE, file.isPresent() ? read(KEY_FILE, file.get()) : made(data.resolve(MADE)));
        if (signing.getPrivateKey() == null) {
            throw new IllegalStateException(KEY_FILE + REMEDY);
        }
        keys.add(signing);
        former.orElse(List.of()).forEach(path -> {
            PublicJsonWebKey key = key(FORMER, read(FORMER, path));
            if (keys.stream().noneMatch(one -> one.getKeyId().equals(key.getKeyId()))) {
                keys.add(key);
            }
        });
    }

    /** The one that signs. */
    PublicJsonWebKey signing() {
        return keys.get(0);
    }

    /** All that tokens may be signed with; empty where the role is off. */
    List<PublicJsonWebKey> all() {
        return List.copyOf(keys);
    }

    /** The public halves, as {@code /.well-known/jwks.json} has them. */
    String publicSet() {
        return new JsonWebKeySet(keys).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    private static String read(String variable, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(variable + " names " + file + ", which cannot be read. It" + REMEDY, e);
        }
    }

    private static String made(Path file) {
        try {
            return OwnersFile.kept(file, TokenKeys::newKey);
        } catch (IOException e) {
            throw new IllegalStateException("The key of users' tokens cannot be kept at " + file
                    + ". Make that place writable, or set " + KEY_FILE + ".", e);
        }
    }

    private static String newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            KeyPair pair = generator.generateKeyPair();
            return PRIVATE.pem(pair.getPrivate()) + PUBLIC.pem(pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PublicJsonWebKey key(String variable, String pem) {
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            byte[] open = PUBLIC.in(pem);
            byte[] secret = PRIVATE.in(pem);
            if (secret == null && open == null) {
                throw new IllegalArgumentException("no key");
            }
            ECPrivateKey key = secret == null ? null : (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(secret));
            PublicJsonWebKey both = jwk(
                    open == null ? publicOf(factory, key) : factory.generatePublic(new X509EncodedKeySpec(open)));
            both.setPrivateKey(key);
            return both;
        } catch (GeneralSecurityException | JoseException | IllegalArgumentException e) {
            throw new IllegalStateException(variable + REMEDY, e);
        }
    }

    private static PublicJsonWebKey jwk(PublicKey key) throws JoseException {
        EllipticCurveJsonWebKey jwk = new EllipticCurveJsonWebKey((ECPublicKey) key);
        if (!"P-256".equals(jwk.getCurveName())) {
            throw new IllegalArgumentException("another curve");
        }
        jwk.setAlgorithm("ES256");
        jwk.setUse("sig");
        jwk.setKeyId(jwk.calculateBase64urlEncodedThumbprint("SHA-256"));
        return jwk;
    }

    /** A file of a private key need not have the public one; then a library computes it, which takes a start a moment. */
    private static PublicKey publicOf(KeyFactory factory, ECPrivateKey key) throws GeneralSecurityException {
        ECParameterSpec curve = key.getParams();
        org.bouncycastle.math.ec.ECPoint point = SECNamedCurves.getByName(CURVE).getG().multiply(key.getS()).normalize();
        return factory.generatePublic(new ECPublicKeySpec(new ECPoint(point.getAffineXCoord().toBigInteger(),
                point.getAffineYCoord().toBigInteger()), curve));
    }
}
