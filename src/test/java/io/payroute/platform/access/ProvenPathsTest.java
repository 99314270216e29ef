package io.payroute.platform.access;

import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.testing.EveryAccess;
import io.payroute.testing.TokenKeyFile;
import io.payroute.user.UserAccess;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;

/** The paths of the shop in embedded mode, where other paths need no credentials. */
class ProvenPathsTest {

    private static final KeyPair KEY = TokenKeyFile.pair("EC", 256);
    private static final String TOKEN = "o".repeat(AccessTokens.MIN_LENGTH);

    private final Vertx vertx = Vertx.vertx();
    private TestEdge edge;

    @BeforeEach
    void start() {
        EllipticCurveJsonWebKey key = new EllipticCurveJsonWebKey((ECPublicKey) KEY.getPublic());
        key.setKeyId("key");
        TokenIssuer issuer = () -> Optional.of(new TokenIssuer.Trust("payroute-user", "payroute",
                Set.of(UserAccess.BUY, UserAccess.CATALOG), List.of(key), null));
        edge = new TestEdge(new AccessGuard("embedded",
                TestEdge.withIssuers("operator:" + TOKEN, vertx, TestEdge.noJwts(), issuer), TestEdge.NO_LIMIT,
                new AccessRules(EveryAccess.RULES.stream()), TestEdge.SCOPES, new BrowserSessions(), TestEdge.NO_ACTIONS));
    }

    @AfterEach
    void stop() {
        edge.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @CsvSource({"GET,/users/7", "GET,/products/7", "POST,/products", "PUT,/products/7", "DELETE,/products/7",
            "GET,/inventory/7", "POST,/orders", "GET,/orders", "GET,/orders/7", "POST,/orders/7/cancel",
            "POST,/payments/initiate", "GET,/payments/status/7", "POST,/notifications/email", "POST,/notifications/sms"})
    void shouldAskForCredentialsInEveryMode(String method, String path) throws Exception {
        assertThat(edge.send(method, path).statusCode()).isEqualTo(401);
        assertThat(edge.send(method, path, "X-User-ID", "ada").statusCode()).isEqualTo(401);
        assertThat(edge.send(method, path, "Authorization", "Bearer " + TOKEN).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"POST,/users", "POST,/user/auth", "POST,/user/refresh", "GET,/products",
            "GET,/products?page=1&page_size=5&search=a"})
    void shouldLetEverybodyRegisterLogInAndLook(String method, String path) throws Exception {
        assertThat(edge.send(method, path).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"POST,/orders,200,200", "GET,/orders/7,200,200",
            "POST,/products,403,200", "PUT,/products/7,403,200", "DELETE,/products/7,403,200",
            "POST,/notifications/email,403,403", "POST,/notifications/sms,403,403"})
    void shouldLetBuyersBuyAndAdministratorsKeepTheCatalogue(String method, String path, int buyer, int admin)
            throws Exception {
        assertThat(edge.send(method, path, "Authorization", "Bearer " + token("shop:buy")).statusCode()).isEqualTo(buyer);
        assertThat(edge.send(method, path, "Authorization", "Bearer " + token("shop:buy catalog:manage")).statusCode())
                .isEqualTo(admin);
    }

    /** Whoever is logged in is the token's subject, whatever else the request says. */
    @Test
    void shouldTakeThePersonFromTheToken() throws Exception {
        assertThat(edge.send("POST", "/orders", "Authorization", "Bearer " + token("shop:buy"), "X-User-ID", "eve",
                "X-Payroute-User", "eve").body()).isEqualTo("user:ada|user:ada|ada|");
    }

    @Test
    void shouldStayOpenElsewhereInEmbeddedMode() throws Exception {
        assertThat(edge.send("POST", "/pay").statusCode()).isEqualTo(200);
    }

    private static String token(String scope) {
        return Jwt.issuer("payroute-user").subject("ada").audience("payroute").claim("scope", scope)
                .expiresAt(Instant.now().plusSeconds(60)).jws().algorithm(SignatureAlgorithm.ES256).keyId("key")
                .type(TokenIssuer.TYPE).sign(KEY.getPrivate());
    }
}
