package io.payroute.security;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.http.ProblemException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class AccessGuardTest {

    private static final String SHOP = "0123456789abcdef0123456789abcdef";
    private static final String DESK = "fedcba9876543210fedcba9876543210";

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"Bearer " + SHOP + ",shop", "bearer " + DESK + ",desk", "-,401", "Basic abc,401",
            "Bearer x,401", "Bearer,401", "Bearer " + SHOP + "0,401"})
    void shouldTakeOnlyKnownTokensInExternalMode(String authorization, String expected) throws Exception {
        // Given
        AccessGuard guard = new AccessGuard("external", Optional.of("shop:" + SHOP + ", desk:" + DESK));

        // When
        HttpResponse<String> answer = call(guard, "/pay", "Authorization", authorization);

        // Then
        assertThat(answer.body()).isEqualTo(expected);
        assertThat(answer.headers().firstValue("WWW-Authenticate").isPresent()).isEqualTo(expected.equals("401"));
    }

    @ParameterizedTest
    @CsvSource({"/health,anonymous", "/healthy,401", "/health/x,401", "/pay/../health,anonymous", "/health/../pay,401"})
    void shouldLeaveOnlyHealthOpenInExternalMode(String path, String expected) throws Exception {
        assertThat(call(new AccessGuard("external", Optional.of("shop:" + SHOP)), path, null, null).body()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"X-User-ID,u1,u1", "x-user-id,u1,u1", "X-Payroute-Caller,root,anonymous", "X-User-ID,a b,400",
            "X-Other,x,anonymous"})
    void shouldNameTheCallerInEmbeddedMode(String header, String value, String expected) throws Exception {
        assertThat(call(new AccessGuard("embedded", Optional.empty()), "/pay", header, value).body()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pay?X-Payroute-Caller=root", "/pay?a=1&x-payroute-%63aller=root"})
    void shouldRefuseACallerFromTheQuery(String path) throws Exception {
        assertThat(call(new AccessGuard("embedded", Optional.empty()), path, null, null).body()).isEqualTo("400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "shop", "shop:short", ":" + SHOP, "shop:" + SHOP + ",shop:" + DESK})
    void shouldNotStartInExternalModeWithoutProperTokens(String tokens) {
        assertThatIllegalStateException().isThrownBy(() -> new AccessGuard("external", Optional.of(tokens)))
                .withMessageContaining("PAYROUTE_HTTP_TOKENS").satisfies(e -> assertThat(e.getMessage()).doesNotContain(SHOP));
    }

    @Test
    void shouldNotStartWithAMisspeltMode() {
        assertThatIllegalStateException().isThrownBy(() -> new AccessGuard("extern", Optional.empty()))
                .withMessageContaining("PAYROUTE_MODE");
    }

    /** Answers the caller's name as the route sees it, or the status of the refusal. */
    private HttpResponse<String> call(AccessGuard guard, String path, String header, String value) throws Exception {
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            try {
                guard.check(context);
                assertThat(context.<String>get(AccessGuard.CALLER)).isNotNull();
                context.response().end(String.join("|", context.request().headers().getAll(AccessGuard.CALLER_HEADER)));
            } catch (ProblemException problem) {
                context.response().end(Integer.toString(problem.status()));
            }
        });
        HttpServer server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage()
                .toCompletableFuture().join();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path));
        if (value != null) {
            request.header(header, value);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
