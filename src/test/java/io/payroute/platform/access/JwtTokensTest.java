package io.payroute.platform.access;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

import javax.crypto.spec.SecretKeySpec;

import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class JwtTokensTest {

    private static final String SECRET = "a secret of the test, 32 bytes or more";
    private static final KeyPair RSA = pair("RSA", 2048);
    private static final KeyPair OTHER = pair("RSA", 2048);
    private static final KeyPair EC = pair("EC", 256);

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"payments:read,user:ada|user:ada|ada|",
            "payments:read openid x,user:ada|user:ada|ada|",
            "payments:read payments:any,user:ada|user:ada||", "payments:write,403", "-,403", "operate,403"})
    void shouldMakeATokenGoodForItsSubjectAndScopes(String scope, String expected) throws Exception {
        // Given
        JwtClaimsBuilder claims = good();
        if (scope != null) {
            claims.claim("scope", scope);
        }

        // When
        HttpResponse<String> answer = get(publicKey(pem(RSA)), "/api/v1/payments/7", claims.sign(RSA.getPrivate()));

        // Then
        assertThat(answer.body()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"/api/v1/dead-letters/payment,operate",
            "/api/v1/api-keys,keys:manage", "/api/v1/webhook-endpoints,webhooks:manage"})
    void shouldKeepOneUserFromWhatIsEverybodys(String path, String scope) throws Exception {
        // When
        HttpResponse<String> one = get(publicKey(pem(RSA)), path, good().claim("scope", scope).sign(RSA.getPrivate()));
        HttpResponse<String> all = get(publicKey(pem(RSA)), path,
                good().claim("scope", scope + " payments:any").sign(RSA.getPrivate()));

        // Then
        assertThat(one.statusCode()).isEqualTo(403);
        assertThat(one.headers().firstValue("WWW-Authenticate"))
                .hasValue("Bearer error=\"insufficient_scope\", scope=\"" + scope + " payments:any\"");
        assertThat(all.statusCode()).isEqualTo(200);
    }

    @Test
    void shouldTakeEveryKindOfKey() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("key.pem"), pem(EC));
        RsaJsonWebKey jwk = new RsaJsonWebKey((RSAPublicKey) RSA.getPublic());
        jwk.setKeyId("k1");
        Path set = Files.writeString(folder.resolve("jwks.json"), new JsonWebKeySet(jwk).toJson(
                JsonWebKey.OutputControlLevel.PUBLIC_ONLY));

        // When
        HttpResponse<String> ec = get(location(file.toString()), "/api/v1/payments", reader().jws()
                .algorithm(SignatureAlgorithm.ES256).sign(EC.getPrivate()));
        HttpResponse<String> keySet = get(location(set.toString()), "/api/v1/payments",
                reader().jws().keyId("k1").sign(RSA.getPrivate()));
        HttpResponse<String> otherKey = get(location(set.toString()), "/api/v1/payments",
                reader().jws().keyId("k1").sign(OTHER.getPrivate()));
        HttpResponse<String> unknownKey = get(location(set.toString()), "/api/v1/payments",
                reader().jws().keyId("k2").sign(RSA.getPrivate()));
        HttpResponse<String> secret = get(secret(SECRET), "/api/v1/payments", hmac(SECRET.getBytes(StandardCharsets.UTF_8)));

        // Then
        assertThat(ec.statusCode()).isEqualTo(200);
        assertThat(keySet.statusCode()).isEqualTo(200);
        assertThat(secret.statusCode()).isEqualTo(200);
        assertThat(otherKey.statusCode()).isEqualTo(401);
        assertThat(unknownKey.statusCode()).isEqualTo(401);
    }

    @Test
    void shouldRefuseEveryTokenThatIsNotGood() throws Exception {
        // Given
        String good = reader().sign(RSA.getPrivate());
        String[] parts = good.split("\\.");
        String none = encoded("{\"alg\":\"none\",\"typ\":\"JWT\"}") + '.' + parts[1] + '.';
        String[] bad = {none, none + parts[2], parts[0] + '.' + parts[1] + '.', parts[0] + '.' + parts[1],
                parts[0] + '.' + encoded("{\"sub\":\"eve\"}") + '.' + parts[2], reader().sign(OTHER.getPrivate()),
                reader().expiresAt(Instant.now().minusSeconds(60)).sign(RSA.getPrivate()),
                reader().audience("another").sign(RSA.getPrivate()), reader().issuer("https://evil").sign(RSA.getPrivate()),
                reader().subject("").sign(RSA.getPrivate()), reader().subject("a b").sign(RSA.getPrivate()),
                reader().subject("ada\r\nX-Payroute-User: eve").sign(RSA.getPrivate()),
                reader().subject("x".repeat(65)).sign(RSA.getPrivate()),
                Jwt.issuer("https://issuer.test").audience("payroute").claim("scope", "payments:read").sign(RSA.getPrivate()),
                hmac(pem(RSA).getBytes(StandardCharsets.UTF_8)), hmac(RSA.getPublic().getEncoded()),
                hmac(SECRET.getBytes(StandardCharsets.UTF_8))};

        try (TestEdge edge = new TestEdge(guard(publicKey(pem(RSA))))) {
            for (String token : bad) {
                // When
                HttpResponse<String> answer = edge.send("GET", "/api/v1/payments", "Authorization", "Bearer " + token);

                // Then
                assertThat(answer.statusCode()).as(token).isEqualTo(401);
                assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
            }
            assertThat(edge.send("GET", "/api/v1/payments", "Authorization", "Bearer " + good).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"29,200", "31,401", "3650000,401"})
    void shouldRefuseATokenThatHardlyEnds(int days, int status) throws Exception {
        // When
        HttpResponse<String> answer = get(publicKey(pem(RSA)), "/api/v1/payments",
                reader().expiresAt(Instant.now().plus(Duration.ofDays(days))).sign(RSA.getPrivate()));

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "9223372036854775808", "1e400", "-1", "99999999999999"})
    void shouldRefuseAnAbsurdEnd(String exp) throws Exception {
        // Given
        String token = signed("{\"iss\":\"https://issuer.test\",\"aud\":\"payroute\",\"sub\":\"ada\",\"iat\":1,\"jti\":\"1\","
                + "\"scope\":\"payments:read\",\"exp\":" + exp + "}");

        // When
        HttpResponse<String> answer = get(publicKey(pem(RSA)), "/api/v1/payments", token);

        // Then
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void shouldRefuseAPublicKeyWhereASecretIsConfigured() throws Exception {
        assertThat(get(secret(SECRET), "/api/v1/payments", reader().sign(RSA.getPrivate())).statusCode()).isEqualTo(401);
    }

    @Test
    void shouldRefuseARememberedTokenOnceItExpired() throws Exception {
        // Given
        Instant end = Instant.now().plusSeconds(2);
        String token = reader().expiresAt(end).sign(RSA.getPrivate());
        JwtSettings strict = publicKey(pem(RSA));
        strict.info().setClockSkew(0);

        try (TestEdge edge = new TestEdge(guard(strict))) {
            assertThat(edge.send("GET", "/api/v1/payments", "Authorization", "Bearer " + token).statusCode()).isEqualTo(200);

            // When
            await().until(() -> Instant.now().isAfter(end.plusMillis(20)));

            // Then
            assertThat(edge.send("GET", "/api/v1/payments", "Authorization", "Bearer " + token).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void shouldAnswer503WhenTheIssuersKeysAreOutOfReach() throws Exception {
        // When
        HttpResponse<String> answer = get(location("https://127.0.0.1:1/jwks"), "/api/v1/payments",
                reader().jws().keyId("k1").sign(RSA.getPrivate()));

        // Then
        assertThat(answer.statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "31 bytes are one too few for it", ""})
    void shouldNotStartWithASecretThatIsTooShort(String secret) {
        assertThatIllegalStateException().isThrownBy(() -> secret(secret)).withMessageContaining("PAYROUTE_JWT_SECRET");
    }

    @Test
    void shouldNotStartWithHalfAConfiguration() {
        assertThatIllegalStateException().isThrownBy(() -> settings(null, "payroute", null, null, SECRET))
                .withMessageContaining("PAYROUTE_JWT_ISSUER");
        assertThatIllegalStateException().isThrownBy(() -> settings("i", " ", null, null, SECRET))
                .withMessageContaining("PAYROUTE_JWT_AUDIENCE");
        assertThatIllegalStateException().isThrownBy(() -> settings("i", "payroute", null, null, null))
                .withMessageContaining("PAYROUTE_JWT_PUBLIC_KEY_LOCATION");
        assertThatIllegalStateException().isThrownBy(() -> settings("i", "payroute", pem(RSA), null, SECRET))
                .withMessageContaining("2 keys");
        assertThatIllegalStateException().isThrownBy(() -> publicKey("no key")).withMessageContaining(
                "PAYROUTE_JWT_PUBLIC_KEY");
        assertThatIllegalStateException().isThrownBy(() -> location("http://issuer.test/jwks")).withMessageContaining(
                "PAYROUTE_JWT_PUBLIC_KEY_LOCATION");
        assertThat(TestEdge.noJwts().isOn()).isFalse();
    }

    private AccessGuard guard(JwtSettings settings) {
        return new AccessGuard("external", TestEdge.credentials(null, vertx, settings), TestEdge.NO_LIMIT, TestEdge.RULES,
                TestEdge.SCOPES, new BrowserSessions(), TestEdge.NO_ACTIONS);
    }

    private HttpResponse<String> get(JwtSettings settings, String path, String token) throws Exception {
        try (TestEdge edge = new TestEdge(guard(settings))) {
            return edge.send("GET", path, "Authorization", "Bearer " + token);
        }
    }

    private static JwtClaimsBuilder good() {
        return Jwt.issuer("https://issuer.test").audience("payroute").subject("ada").expiresIn(300);
    }

    private static JwtClaimsBuilder reader() {
        return good().claim("scope", "payments:read");
    }

    private static String hmac(byte[] key) {
        return reader().jws().algorithm(SignatureAlgorithm.HS256).sign(new SecretKeySpec(key, "HmacSHA256"));
    }

    private static String signed(String claims) throws Exception {
        String text = encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + '.' + encoded(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(RSA.getPrivate());
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        return text + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JwtSettings publicKey(String pem) {
        return settings("https://issuer.test", "payroute", pem, null, null);
    }

    private static JwtSettings location(String location) {
        return settings("https://issuer.test", "payroute", null, location, null);
    }

    private static JwtSettings secret(String secret) {
        return settings("https://issuer.test", "payroute", null, null, secret);
    }

    private static JwtSettings settings(String issuer, String audience, String publicKey, String location, String secret) {
        return new JwtSettings(Optional.ofNullable(issuer), Optional.ofNullable(audience), Optional.ofNullable(publicKey),
                Optional.ofNullable(location), Optional.ofNullable(secret), Duration.ofDays(30));
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static KeyPair pair(String kind, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            generator.initialize(size);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
