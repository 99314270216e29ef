package io.payroute.platform.access;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.crypto.spec.SecretKeySpec;

import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.sun.net.httpserver.HttpServer;

import io.payroute.platform.Transient;
import io.payroute.testing.TokenKeyFile;
import io.payroute.user.UserAccess;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Tokens of an issuer of ours beside those of payroute.jwt.*; {@code /buy} is of each user's own and needs shop:buy. */
class IssuedTokensTest {

    private static final String ISSUER = "payroute-user";
    private static final SignatureAlgorithm ES256 = SignatureAlgorithm.ES256;
    private static final String BUY = "/buy";
    private static final KeyPair KEY = TokenKeyFile.pair("EC", 256);
    private static final KeyPair FORMER = TokenKeyFile.pair("EC", 256);
    private static final KeyPair OTHER = TokenKeyFile.pair("EC", 256);
    private static final KeyPair RSA = TokenKeyFile.pair("RSA", 2048);
    private static final AccessRules RULES = new AccessRules(Stream.of(new RoleAccess("shop", List.of(),
            List.of(AccessRule.own("GET", BUY, UserAccess.BUY), AccessRule.own("GET", "/read", new Scope("payments:read"))))));

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger fetched = new AtomicInteger();
    private HttpServer keys;

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        if (keys != null) {
            keys.stop(0);
        }
    }

    @Test
    void shouldTakeATokenForItsSubjectAndWhatTheIssuerMayGive() throws Exception {
        // When
        HttpResponse<String> own = get(local(), BUY, token(KEY, "shop:buy payments:any payments:read operate"));
        HttpResponse<String> more = get(local(), "/read", token(KEY, "shop:buy payments:any payments:read operate"));

        // Then
        assertThat(own.body()).isEqualTo("user:ada|user:ada|ada|");
        assertThat(more.statusCode()).isEqualTo(403);
    }

    @Test
    void shouldTakeTokensOfTheKeyBefore() throws Exception {
        assertThat(get(local(), BUY, token(FORMER, "shop:buy")).statusCode()).isEqualTo(200);
        assertThat(get(local(), BUY, token(OTHER, "shop:buy")).statusCode()).isEqualTo(401);
    }

    @Test
    void shouldRefuseEveryTokenThatIsNotGood() throws Exception {
        // Given
        String good = token(KEY, "shop:buy");
        String[] parts = good.split("\\.");
        String none = encoded("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + '.' + parts[1] + '.';
        String kid = kid(KEY);
        List<String> bad = List.of(none, none + parts[2], parts[0] + '.' + parts[1] + '.', parts[0] + '.' + parts[1],
                parts[0] + '.' + encoded("{\"iss\":\"payroute-user\",\"sub\":\"eve\"}") + '.' + parts[2],
                good().expiresAt(Instant.now().minusSeconds(60)).jws().algorithm(ES256).keyId(kid).type(TokenIssuer.TYPE)
                        .sign(KEY.getPrivate()),
                good().audience("another").jws().algorithm(ES256).keyId(kid).type(TokenIssuer.TYPE).sign(KEY.getPrivate()),
                good().issuer("https://evil").jws().algorithm(ES256).keyId(kid).type(TokenIssuer.TYPE).sign(KEY.getPrivate()),
                good().issuer("https://issuer.test").jws().algorithm(ES256).keyId(kid).type(TokenIssuer.TYPE)
                        .sign(KEY.getPrivate()),
                good().jws().algorithm(ES256).keyId(kid).type("JWT").sign(KEY.getPrivate()),
                good().jws().algorithm(ES256).keyId("unknown").type(TokenIssuer.TYPE).sign(KEY.getPrivate()),
                good().jws().algorithm(ES256).keyId(kid).type(TokenIssuer.TYPE).sign(OTHER.getPrivate()),
                good().jws().keyId(kid).type(TokenIssuer.TYPE).algorithm(SignatureAlgorithm.RS256).sign(RSA.getPrivate()),
                good().jws().keyId(kid).type(TokenIssuer.TYPE).algorithm(SignatureAlgorithm.HS256)
                        .sign(new SecretKeySpec(KEY.getPublic().getEncoded(), "HmacSHA256")),
                "cmVmcmVzaCB0b2tlbnMgYXJlIG5vIGFjY2VzcyB0b2tlbnM", "a.b.c", ".", "..");

        try (TestEdge edge = edge(local())) {
            for (String token : bad) {
                // When
                HttpResponse<String> answer = edge.send("GET", BUY, "Authorization", "Bearer " + token);

                // Then
                assertThat(answer.statusCode()).as(token).isEqualTo(401);
            }
            assertThat(edge.send("GET", BUY, "Authorization", "Bearer " + good).statusCode()).isEqualTo(200);
        }
    }

    /** A key of another kind in the set is no reason to take another algorithm. */
    @Test
    void shouldTakeNoOtherAlgorithmForAKeyOfTheSet() throws Exception {
        // Given
        RsaJsonWebKey rsa = new RsaJsonWebKey((RSAPublicKey) RSA.getPublic());
        rsa.setKeyId("rsa");
        TokenIssuer issuer = () -> Optional
                .of(new TokenIssuer.Trust(ISSUER, "payroute", Set.of(UserAccess.BUY), List.of(rsa), null));

        // When
        HttpResponse<String> answer = get(issuer, BUY,
                good().jws().keyId("rsa").type(TokenIssuer.TYPE).algorithm(SignatureAlgorithm.RS256).sign(RSA.getPrivate()));

        // Then
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void shouldTellIssuersApart() throws Exception {
        // Given
        try (TestEdge edge = edge(local())) {
            String theirs = Jwt.issuer("https://issuer.test").audience("payroute").subject("bob").expiresIn(300)
                    .claim("scope", "payments:read").sign(RSA.getPrivate());

            // When
            HttpResponse<String> configured = edge.send("GET", "/read", "Authorization", "Bearer " + theirs);
            HttpResponse<String> ours = edge.send("GET", BUY, "Authorization", "Bearer " + token(KEY, "shop:buy"));

            // Then
            assertThat(configured.body()).isEqualTo("user:bob|user:bob|bob|");
            assertThat(ours.body()).isEqualTo("user:ada|user:ada|ada|");
        }
        assertThatIllegalStateException().isThrownBy(() -> edge(local("https://issuer.test")))
                .withMessageContaining("PAYROUTE_JWT_ISSUER");
    }

    @Test
    void shouldHoldTheTokensOfAnIssuerThatIsAloneToItsName() throws Exception {
        // Given
        AccessGuard alone = new AccessGuard("external",
                TestEdge.withIssuers("shop:" + "x".repeat(32), vertx, TestEdge.noJwts(), local()), TestEdge.NO_LIMIT, RULES,
                TestEdge.SCOPES, new BrowserSessions(), TestEdge.NO_ACTIONS);
        String another = good().issuer("another").jws().algorithm(ES256).keyId(kid(KEY)).type(TokenIssuer.TYPE)
                .sign(KEY.getPrivate());

        try (TestEdge edge = new TestEdge(alone)) {
            // When
            HttpResponse<String> own = edge.send("GET", BUY, "Authorization", "Bearer " + token(KEY, "shop:buy"));
            HttpResponse<String> named = edge.send("GET", BUY, "Authorization", "Bearer " + another);

            // Then
            assertThat(own.statusCode()).isEqualTo(200);
            assertThat(named.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void shouldFetchTheKeysOfAnotherProcessAndKeepThem() throws Exception {
        // Given
        int port = serve();
        try (TestEdge edge = edge(remote(port))) {
            // When
            HttpResponse<String> first = edge.send("GET", BUY, "Authorization", "Bearer " + token(KEY, "shop:buy"));
            HttpResponse<String> second = edge.send("GET", BUY, "Authorization", "Bearer " + token(KEY, "shop:buy openid"));
            keys.stop(0);
            HttpResponse<String> away = edge.send("GET", BUY, "Authorization", "Bearer " + token(FORMER, "shop:buy"));
            HttpResponse<String> forged = edge.send("GET", BUY, "Authorization", "Bearer " + token(OTHER, "shop:buy"));

            // Then
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(second.statusCode()).isEqualTo(200);
            assertThat(away.statusCode()).isEqualTo(200);
            assertThat(forged.statusCode()).isEqualTo(401);
            assertThat(fetched).hasValue(1);
        }
    }

    /** Otherwise anybody could lock everybody out with a token that he made up, while the keys' server is away. */
    @Test
    void shouldRefuseAnUnknownKeyAloneWhileTheKeysAreAway() throws Exception {
        // Given
        IssuedTokens tokens = new IssuedTokens(remote(serve()).trust().orElseThrow(), Duration.ZERO);
        tokens.verify(token(KEY, "shop:buy"));
        keys.stop(0);

        // When, then
        assertThatExceptionOfType(IssuerTokens.NotGood.class).isThrownBy(() -> tokens.verify(token(OTHER, "shop:buy")))
                .matches(refused -> !Transient.is(refused));
        assertThat(tokens.verify(token(KEY, "shop:buy")).subject()).isEqualTo("ada");
    }

    @Test
    void shouldAnswer503WhileTheKeysAreOutOfReachAndServeOtherIssuers() throws Exception {
        // Given
        try (TestEdge edge = edge(remote(1))) {
            // When
            HttpResponse<String> ours = edge.send("GET", BUY, "Authorization", "Bearer " + token(KEY, "shop:buy"));
            HttpResponse<String> theirs = edge.send("GET", "/read", "Authorization",
                    "Bearer " + Jwt.issuer("https://issuer.test").audience("payroute").subject("bob").expiresIn(300)
                            .claim("scope", "payments:read").sign(RSA.getPrivate()));

            // Then
            assertThat(ours.statusCode()).isEqualTo(503);
            assertThat(theirs.statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"https://users.test/jwks,false,true", "http://127.0.0.1:8080/jwks,false,true", "http://[::1]/jwks,false,true",
            "http://localhost/jwks,false,true", "http://192.0.2.1/jwks,false,false", "http://192.0.2.1/jwks,true,true",
            "file:///etc/passwd,true,false", "users.test,true,false"})
    void shouldTakeKeysByTlsOnly(String address, boolean embedded, boolean taken) {
        if (taken) {
            TokenIssuer.checkAddress("USER_TOKEN_JWKS", URI.create(address), embedded);
        } else {
            assertThatIllegalStateException()
                    .isThrownBy(() -> TokenIssuer.checkAddress("USER_TOKEN_JWKS", URI.create(address), embedded))
                    .withMessageContaining("USER_TOKEN_JWKS").withMessageContaining("https");
        }
    }

    private int serve() throws Exception {
        keys = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        byte[] set = new JsonWebKeySet(List.of(jwk(KEY), jwk(FORMER))).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY)
                .getBytes(StandardCharsets.UTF_8);
        keys.createContext("/jwks", exchange -> {
            fetched.incrementAndGet();
            exchange.sendResponseHeaders(200, set.length);
            exchange.getResponseBody().write(set);
            exchange.close();
        });
        keys.start();
        return keys.getAddress().getPort();
    }

    private static TokenIssuer remote(int port) {
        return () -> Optional.of(new TokenIssuer.Trust(ISSUER, "payroute", Set.of(UserAccess.BUY), null,
                URI.create("http://127.0.0.1:" + port + "/jwks")));
    }

    private static TokenIssuer local() {
        return local(ISSUER);
    }

    private static TokenIssuer local(String issuer) {
        return () -> Optional.of(
                new TokenIssuer.Trust(issuer, "payroute", Set.of(UserAccess.BUY), List.of(jwk(KEY), jwk(FORMER)), null));
    }

    private TestEdge edge(TokenIssuer issuer) {
        JwtSettings configured = new JwtSettings(Optional.of("https://issuer.test"), Optional.of("payroute"),
                Optional.of(TokenKeyFile.pem("PUBLIC KEY", RSA.getPublic())), Optional.empty(), Optional.empty(),
                Duration.ofDays(30));
        return new TestEdge(
                new AccessGuard("external", TestEdge.withIssuers(null, vertx, configured, issuer), TestEdge.NO_LIMIT,
                        RULES, TestEdge.SCOPES, new BrowserSessions(), TestEdge.NO_ACTIONS));
    }

    private HttpResponse<String> get(TokenIssuer issuer, String path, String token) throws Exception {
        try (TestEdge edge = edge(issuer)) {
            return edge.send("GET", path, "Authorization", "Bearer " + token);
        }
    }

    private static JwtClaimsBuilder good() {
        return Jwt.claims(Map.of("scope", "shop:buy")).issuer(ISSUER).audience("payroute").subject("ada").expiresIn(300);
    }

    private static String token(KeyPair key, String scope) {
        return good().claim("scope", scope).jws().keyId(kid(key)).type(TokenIssuer.TYPE).algorithm(ES256)
                .sign(key.getPrivate());
    }

    private static EllipticCurveJsonWebKey jwk(KeyPair key) {
        EllipticCurveJsonWebKey jwk = new EllipticCurveJsonWebKey((ECPublicKey) key.getPublic());
        jwk.setKeyId(kid(key));
        return jwk;
    }

    private static String kid(KeyPair key) {
        return Integer.toHexString(key.getPublic().hashCode());
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
