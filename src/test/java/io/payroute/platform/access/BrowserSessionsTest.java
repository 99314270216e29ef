package io.payroute.platform.access;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;

class BrowserSessionsTest {

    private static final String SHOP = "0123456789abcdef0123456789abcdef";
    private static final String DESK = "fedcba9876543210fedcba9876543210";

    private final Vertx vertx = Vertx.vertx();
    private final BrowserSessions sessions = new BrowserSessions();
    private final TestEdge edge = new TestEdge(new AccessGuard("embedded",
            TestEdge.credentials("shop:" + SHOP + ",desk[payments:read]:" + DESK, vertx, TestEdge.noJwts()), TestEdge.NO_LIMIT,
            TestEdge.RULES, TestEdge.SCOPES, sessions, TestEdge.NO_ACTIONS));

    @AfterEach
    void stop() {
        edge.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldLeadABrowserWithoutASessionToTheLogin() throws Exception {
        // When
        HttpResponse<String> answer = edge.send("GET", "/ops/payments?status=failed", "Accept", "text/html,*/*");

        // Then
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).hasValue("/login?next=%2Fops%2Fpayments%3Fstatus%3Dfailed");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"GET,/ops,-,401", "POST,/ops/routes/reload,-,401", "GET,/ops,made-up,401",
            "GET,/hawtio-like/nothing,-,200"})
    void shouldTakeNobodyForAnOperatorOnAPageEvenOnLoopback(String method, String path, String cookie, int status)
            throws Exception {
        // When
        HttpResponse<String> answer = cookie == null
                ? edge.send(method, path)
                : edge.send(method, path, "Cookie", BrowserSessions.COOKIE + '=' + cookie);

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void shouldKnowWhoeverLoggedIn() throws Exception {
        // Given
        String cookie = BrowserSessions.COOKIE + '=' + sessions.open("Bearer " + SHOP);

        // When
        HttpResponse<String> page = edge.send("GET", "/ops/payments", "Cookie", cookie);

        // Then
        assertThat(page.body()).startsWith("shop|shop|");
        sessions.close(cookie.substring(cookie.indexOf('=') + 1));
        assertThat(edge.send("GET", "/ops/payments", "Cookie", cookie).statusCode()).isEqualTo(401);
    }

    @Test
    void shouldCheckTheCredentialsOfASessionAtEveryRequest() throws Exception {
        // Given
        String gone = BrowserSessions.COOKIE + '=' + sessions.open("Bearer " + SHOP + "0");
        String weak = BrowserSessions.COOKIE + '=' + sessions.open("Bearer " + DESK);

        // Then
        assertThat(edge.send("GET", "/ops", "Cookie", gone).statusCode()).isEqualTo(401);
        assertThat(edge.send("GET", "/ops", "Cookie", weak).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site,cross-site,403", "Sec-Fetch-Site,same-site,403", "Sec-Fetch-Site,same-origin,200",
            "Origin,http://evil.test,403", "Origin,null,403", "X-Other,x,200"})
    void shouldRefuseAFormOfAnotherSite(String header, String value, int status) throws Exception {
        // Given
        String cookie = BrowserSessions.COOKIE + '=' + sessions.open("Bearer " + SHOP);

        // When
        HttpResponse<String> answer = edge.send("POST", "/ops/routes/reload", "Cookie", cookie, header, value);

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
    }
}
