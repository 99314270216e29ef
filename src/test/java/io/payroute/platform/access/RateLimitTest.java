package io.payroute.platform.access;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.bucket4j.TimeMeter;
import io.payroute.platform.TestRoles;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What a limit of ten in ten minutes answers: slow enough that nothing comes back while a test runs. */
class RateLimitTest {

    private static final String SHOP = "0123456789abcdef0123456789abcdef";
    private static final String DESK = "fedcba9876543210fedcba9876543210";
    private static final Duration PERIOD = Duration.ofMinutes(10);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldSayWhatIsLeftAndRefuseWhatIsTooMuch() throws Exception {
        try (TestEdge edge = edge("embedded")) {
            // When
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                answers.add(edge.send("POST", "/pay", "X-User-ID", "ada"));
            }

            // Then
            assertThat(answers).extracting(HttpResponse::statusCode).containsExactly(200, 200, 200, 200, 200, 200, 200, 200,
                    200, 200, 429, 429);
            assertThat(answers).allSatisfy(answer -> assertThat(header(answer, "RateLimit-Policy"))
                    .isEqualTo("\"user\";q=10;w=600"));
            assertThat(header(answers.get(0), "RateLimit")).isEqualTo("\"user\";r=9;t=60");
            assertThat(header(answers.get(9), "RateLimit")).isEqualTo("\"user\";r=0;t=600");
            assertThat(header(answers.get(10), "RateLimit")).isEqualTo("\"user\";r=0;t=60");
            assertThat(header(answers.get(10), "Retry-After")).isEqualTo("60");
            assertThat(edge.send("POST", "/pay", "X-User-ID", "bob").statusCode()).isEqualTo(200);
            assertThat(edge.send("POST", "/pay").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldTakeTheUserFromTheTokenWhereThereIsOne() throws Exception {
        try (TestEdge edge = edge("external")) {
            // When
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                statuses.add(edge.send("POST", "/pay", "Authorization", "Bearer " + SHOP, "X-User-ID", "u" + i).statusCode());
            }

            // Then
            assertThat(statuses.subList(0, 10)).containsOnly(200);
            assertThat(statuses.get(10)).isEqualTo(429);
            assertThat(edge.send("POST", "/pay", "Authorization", "Bearer " + DESK, "X-User-ID", "u1").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldLimitWhoHasNoTokenYetByAddress() throws Exception {
        try (TestEdge edge = edge("external")) {
            // When
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (String path : List.of("/users", "/user/auth", "/user/refresh", "/users", "/user/auth", "/user/refresh")) {
                answers.add(edge.send("POST", path, "X-User-ID", "u" + answers.size()));
            }

            // Then
            assertThat(answers).extracting(HttpResponse::statusCode).containsExactly(200, 200, 200, 200, 200, 429);
            assertThat(header(answers.get(0), "RateLimit-Policy")).startsWith("\"address\";q=5;");
            assertThat(header(answers.get(5), "Retry-After")).isNotNull();
            assertThat(edge.send("GET", "/products").statusCode()).as("a path of another kind").isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,/health", "POST,/webhooks/stripe", "GET,/openapi.yaml", "GET,/q/metrics"})
    void shouldNotLimitProbesProvidersAndDescriptions(String method, String path) throws Exception {
        try (TestEdge edge = edge("embedded")) {
            for (int i = 0; i < 15; i++) {
                // When
                HttpResponse<String> answer = edge.send(method, path);

                // Then
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("RateLimit")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0,10,local,10", "10,0,local,10", "10,10,redis,10", "10,10,local,0", "10,10,postgresql,10"})
    void shouldNotStartWithALimitThatMakesNoSense(long capacity, long refill, String store, int maxUsers) {
        assertThatIllegalStateException()
                .isThrownBy(() -> new RateLimit(true, capacity, refill, Duration.ofSeconds(1), 1, 1, PERIOD, store,
                        maxUsers, vertx, TestRoles.notification(), TestRoles.databases(null), new RateLimitTable("payment")))
                .withMessageContaining("rate-limit.");
    }

    private TestEdge edge(String mode) {
        return new TestEdge(new AccessGuard(mode,
                TestEdge.credentials("shop:" + SHOP + ",desk:" + DESK, vertx, TestEdge.noJwts()),
                new RateLimit(share("user", 10), share("address", 5)), TestEdge.RULES, TestEdge.SCOPES, new BrowserSessions(),
                TestEdge.NO_ACTIONS));
    }

    private static RateShare share(String name, int requests) {
        return new RateShare(name, new LocalBuckets(RateLimit.limit("", requests, requests, PERIOD), 100,
                TimeMeter.SYSTEM_NANOTIME), requests, requests, PERIOD);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }
}
