package io.payroute.platform.access;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class AccessGuardTest {

    private static final String SHOP = "0123456789abcdef0123456789abcdef";
    private static final String DESK = "fedcba9876543210fedcba9876543210";
    private static final String TOKENS = "shop:" + SHOP + ", desk[payments:read+keys:manage]:" + DESK;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"Bearer " + SHOP + ",shop", "bearer " + SHOP + ",shop", "-,401", "Basic abc,401",
            "Bearer x,401", "Bearer,401", "Bearer " + SHOP + "0,401", "Bearer pr_x,401", "Bearer a.b.c,401"})
    void shouldTakeOnlyKnownTokensInExternalMode(String authorization, String expected) throws Exception {
        // When
        HttpResponse<String> answer = authorization == null
                ? call("external", "POST", "/pay")
                : call("external", "POST", "/pay", "Authorization", authorization);

        // Then
        assertThat(answer.body().split("\\|")[0]).isEqualTo(expected);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(null)).isEqualTo(!expected.equals("401")
                ? null
                : authorization == null ? "Bearer" : "Bearer error=\"invalid_token\"");
    }

    @ParameterizedTest
    @CsvSource({"GET,/health,anonymous", "POST,/webhooks/stripe,anonymous", "GET,/openapi.yaml,anonymous", "POST,/health,401",
            "GET,/healthy,401", "GET,/health/x,401", "GET,/pay/../health,anonymous", "GET,/health/../pay,401",
            "POST,/webhooks/stripe/x,401", "GET,/webhooks/stripe,401", "POST,/webhooks,401", "GET,/q/metrics,401",
            "GET,/no/such/path,401"})
    void shouldLeaveOnlyOpenPathsOpenInExternalMode(String method, String path, String expected) throws Exception {
        assertThat(call("external", method, path).body().split("\\|")[0]).isEqualTo(expected);
    }

    @Test
    void shouldCheckNoTokenWherePathsAreOpen() throws Exception {
        assertThat(call("external", "POST", "/webhooks/paypal", "Authorization", "Bearer x").body()).isEqualTo(
                "anonymous|anonymous||");
    }

    @Test
    void shouldTellAnOperatorMoreAndRefuseNobodyTheHealth() throws Exception {
        assertThat(call("external", "GET", "/health").body()).isEqualTo("anonymous|anonymous||");
        assertThat(call("external", "GET", "/health", "Authorization", "Bearer x").body()).isEqualTo("anonymous|anonymous||");
        assertThat(call("external", "GET", "/health", "Authorization", "Bearer " + DESK, "X-Payroute-Scopes", "operate").body())
                .isEqualTo("anonymous|anonymous||");
        assertThat(call("external", "GET", "/health", "Authorization", "Bearer " + SHOP).body())
                .isEqualTo("anonymous|anonymous||operate");
        assertThat(call("embedded", "GET", "/health").body()).isEqualTo("anonymous|anonymous||operate");
    }

    @ParameterizedTest
    @CsvSource({"GET,/api/v1/payments,desk", "GET,/api/v1/payments/7/events,desk", "POST,/pay,payments:write",
            "POST,/api/v1/payments,payments:write", "POST,/api/v1/payments/7/refunds,refunds:write",
            "POST,/api/v1/payments/7/refunds/,refunds:write", "GET,/api/v1/dead-letters/payment,operate",
            "GET,/q/metrics,operate", "DELETE,/api/v1/webhook-endpoints/7,webhooks:manage", "PUT,/api/v1/payments/7,operate",
            "GET,/no/such/path,operate", "GET,/api/v1/payments/../dead-letters/payment,operate",
            "GET,/api/v1/dead%2Dletters/payment,operate"})
    void shouldRefuseWhatTheScopesDoNotCover(String method, String path, String expected) throws Exception {
        // When
        HttpResponse<String> answer = call("external", method, path, "Authorization", "Bearer " + DESK);

        // Then
        if (expected.equals("desk")) {
            assertThat(answer.body()).isEqualTo("desk|desk||");
        } else {
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .hasValue("Bearer error=\"insufficient_scope\", scope=\"" + expected + '"');
        }
    }

    @Test
    void shouldTellTheScopesWhereKeysAreMade() throws Exception {
        assertThat(call("external", "POST", "/api/v1/api-keys", "Authorization", "Bearer " + DESK, "X-Payroute-Scopes",
                "operate").body()).isEqualTo("desk|desk||keys:manage payments:read");
    }

    @ParameterizedTest
    @CsvSource({"X-User-ID,u1,u1", "x-user-id,u1,u1", "X-Payroute-Caller,root,anonymous", "X-Payroute-User,root,anonymous",
            "x-payroute-scopes,operate,anonymous", "X-User-ID,a b,400", "X-User-ID,'',400", "X-Other,x,anonymous"})
    void shouldNameTheCallerInEmbeddedMode(String header, String value, String expected) throws Exception {
        // When
        HttpResponse<String> answer = call("embedded", "POST", "/pay", header, value);

        // Then
        assertThat(answer.body()).isEqualTo(expected.equals("400") ? "400" : expected + '|' + expected + "||");
    }

    @ParameterizedTest
    @CsvSource({"Bearer " + SHOP + ",shop", "Bearer " + SHOP + "x,401", "Basic dTpw,401", "Bearer,401"})
    void shouldCheckATokenThatIsSentInEmbeddedMode(String authorization, String expected) throws Exception {
        // When
        HttpResponse<String> answer = call("embedded", "POST", "/pay", "Authorization", authorization, "X-User-ID", "u1");

        // Then
        assertThat(answer.body().split("\\|")[0]).isEqualTo(expected);
    }

    /** What they say of their traces counts. */
    @ParameterizedTest
    @CsvSource({"external,POST,/pay,Bearer " + SHOP + ",true", "external,POST,/webhooks/stripe,Bearer " + SHOP + ",false",
            "external,GET,/health,Bearer " + SHOP + ",false", "embedded,POST,/pay,,true", "embedded,GET,/health,,false"})
    void shouldTrustWhomItLetInAndNoAnonymousCaller(String mode, String method, String path, String token, String trusted)
            throws Exception {
        // When
        HttpResponse<String> answer = token == null
                ? call(mode, method, path)
                : call(mode, method, path, "Authorization", token);

        // Then
        assertThat(answer.headers().firstValue(TestEdge.TRUSTED)).hasValue(trusted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pay?X-Payroute-Caller=root", "/pay?a=1&x-payroute-%63aller=root", "/pay?X-Payroute-User=u",
            "/pay?x-payroute-scopes=operate", "/pay?X-User-ID=u", "/pay?idempotency-key=k",
            "/pay?X-U%C5%BFer-ID=u", "/pay?%C4%B1dempotency-key=k", "/health?X-Payroute-User=u"})
    void shouldRefuseAHeaderFromTheQuery(String path) throws Exception {
        assertThat(call("embedded", "GET", path).body()).isEqualTo("400");
    }

    @ParameterizedTest
    @CsvSource({"GET,/api/v1/payments?limit=5&user_id=u,200", "GET,/api/v1/payments?Limit=5,400",
            "GET,/api/v1/payments?page=2,400", "GET,/api/v1/payments/7?limit=5,400", "POST,/pay?dry_run=true,400",
            "GET,/api/v1/payments?%00=1,400", "GET,/health?x=1,400", "POST,/webhooks/stripe?account=7,200"})
    void shouldRefuseQueryParametersThatThePathDoesNotHave(String method, String path, int status) throws Exception {
        assertThat(call("embedded", method, path).body()).satisfies(body -> {
            assertThat(body.equals("400") ? 400 : 200).isEqualTo(status);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-User-ID", "Idempotency-Key"})
    void shouldRefuseAHeaderThatIsGivenTwice(String name) throws Exception {
        assertThat(call("embedded", "POST", "/pay", name, "a", name, "b").body()).isEqualTo("400");
    }

    @Test
    void shouldNotStartInExternalModeWithoutTokens() {
        assertThatIllegalStateException().isThrownBy(() -> guard("external", null)).withMessageContaining(
                "PAYROUTE_HTTP_TOKENS", "PAYROUTE_JWT_ISSUER");
    }

    @Test
    void shouldRequireTokensBeyondLoopback() {
        assertThatIllegalStateException().isThrownBy(() -> new AccessGuard("embedded", "0.0.0.0",
                TestEdge.credentials(null, vertx, TestEdge.noJwts()), TestEdge.NO_LIMIT, TestEdge.RULES, TestEdge.SCOPES,
                new BrowserSessions(), TestEdge.NO_ACTIONS));
    }

    @Test
    void shouldNotStartWithAMisspeltMode() {
        assertThatIllegalStateException().isThrownBy(() -> guard("extern", TOKENS)).withMessageContaining("PAYROUTE_MODE");
    }

    private AccessGuard guard(String mode, String tokens) {
        return new AccessGuard(mode, TestEdge.credentials(tokens, vertx, TestEdge.noJwts()), TestEdge.NO_LIMIT, TestEdge.RULES,
                TestEdge.SCOPES, new BrowserSessions(), TestEdge.NO_ACTIONS);
    }

    private HttpResponse<String> call(String mode, String method, String path, String... headers) throws Exception {
        try (TestEdge edge = new TestEdge(guard(mode, TOKENS))) {
            return edge.send(method, path, headers);
        }
    }
}
