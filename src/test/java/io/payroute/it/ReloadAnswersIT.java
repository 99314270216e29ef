package io.payroute.it;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What an operator is told of reloads, and that a folder which is watched is taken up by itself. */
@Timeout(300)
class ReloadAnswersIT {

    private static final String SLOW = """
            # GET /slow -> an answer after %1$s ms. On failure: problem+json.
            - route:
                id: shared-slow
                description: Answers late.
                group: shared
                routeConfigurationId: http-edge
                from:
                  uri: platform-http:/slow
                  steps:
                    - removeHeaders:
                        id: strip-slow
                        pattern: "*"
                    - to:
                        id: to-slow
                        uri: direct:shared-slow-answer
            - route:
                id: shared-slow-answer
                description: Answers late.
                group: shared
                routeConfigurationId: http-edge
                from:
                  uri: direct:shared-slow-answer
                  steps:
                    - delay:
                        id: late
                        expression:
                          constant:
                            expression: "%1$s"
                    - setBody:
                        id: slow-answer
                        expression:
                          constant:
                            expression: answered after %1$s
            """;

    @TempDir
    private static Path folder;
    private static Application application;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        write("6000");
        application = Application.of("reload", "-Dpayroute.config=" + folder, "-Dpayroute.config.reload-timeout=2s");
    }

    @AfterAll
    static void stop() {
        application.stop();
    }

    @Test
    void shouldSayWhichRouteIsBusyAndRefuseASecondReloadMeanwhile() throws Exception {
        // Given
        runs("6000");
        CompletableFuture<HttpResponse<String>> slow = aside(() -> application.get("/slow"));
        write("1");

        // When
        CompletableFuture<HttpResponse<String>> first = aside(ReloadAnswersIT::reload);
        await().until(() -> reloads().contains("\"result\":\"started\""));
        HttpResponse<String> second = reload();

        // Then
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("/problems/reload-under-way", "was not begun");
        assertThat(second.headers().firstValue("Retry-After")).hasValue("5");
        HttpResponse<String> busy = first.get();
        assertThat(busy.statusCode()).as(busy.body()).isEqualTo(409);
        assertThat(busy.body()).contains("/problems/route-busy", "Route shared-slow-answer still had work after 2 s",
                "Nothing was changed.");
        assertThat(busy.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(slow.get().body()).isEqualTo("answered after 6000");
        assertThat(reloads()).contains("\"result\":\"busy\"");
        assertThat(reload().body()).contains("\"result\":\"reloaded\"");
        assertThat(application.get("/slow").body()).isEqualTo("answered after 1");
        assertThat(application.get("/q/metrics").body()).contains("routeId=\"shared-slow-answer\"")
                .doesNotContain("routeId=\"reload-");
    }

    @Test
    void shouldTellOfAReloadInWhichTheProcessWasKilled() throws Exception {
        // Given
        runs("6001");
        aside(() -> application.get("/slow"));
        write("2");
        aside(ReloadAnswersIT::reload);
        await().until(() -> reloads().matches(".*\"result\":\"started\"[^{}]*\"replaced\":\\[\"shared-slow-answer\"].*"));

        // When
        application.kill();
        application.start();

        // Then
        await().untilAsserted(() -> assertThat(reloads()).contains("\"result\":\"interrupted\"")
                .doesNotContain("\"result\":\"started\""));
        assertThat(application.get("/slow").body()).isEqualTo("answered after 2");
    }

    @Test
    void shouldTakeUpAChangedFileWhereTheFolderIsWatched(@TempDir Path watched) throws Exception {
        // Given
        Files.createDirectories(watched.resolve("routes"));
        Files.writeString(watched.resolve("routes/slow.camel.yaml"), SLOW.formatted("1"));
        Application watching = Application.of("watch", "-Dpayroute.config=" + watched, "-Dpayroute.config.watch=true");

        // When
        Files.writeString(watched.resolve("routes/slow.camel.yaml"), SLOW.formatted("2"));

        // Then
        await().atMost(Application.PATIENCE)
                .untilAsserted(() -> assertThat(watching.get("/slow").body()).isEqualTo("answered after 2"));
        assertThat(watching.get("/api/v1/routes/reloads").body()).contains("\"caller\":\"watch\"", "shared-slow-answer");
        watching.stop();
    }

    private static void write(String millis) throws Exception {
        Files.writeString(folder.resolve("routes/slow.camel.yaml"), SLOW.formatted(millis));
    }

    private static void runs(String millis) throws Exception {
        write(millis);
        assertThat(reload().statusCode()).isEqualTo(200);
    }

    private static String reloads() throws Exception {
        return application.get("/api/v1/routes/reloads").body();
    }

    private static HttpResponse<String> reload() throws Exception {
        return application.send(application.request("/api/v1/routes/reload").POST(BodyPublishers.noBody()));
    }

    private interface Call {
        HttpResponse<String> send() throws Exception;
    }

    private static CompletableFuture<HttpResponse<String>> aside(Call call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return call.send();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
