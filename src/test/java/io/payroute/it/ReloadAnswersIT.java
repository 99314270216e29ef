package io.payroute.it;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What an operator is told of reloads, and that a folder which is watched is taken up by itself. */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReloadAnswersIT {

    private static final String SLOW = """
            # GET /slow -> %1$s, once the gate opens. On failure: problem+json.
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
                    - to:
                        id: wait-at-gate
                        uri: %2$s
                    - setBody:
                        id: slow-answer
                        expression:
                          constant:
                            expression: answered by %1$s
            """;

    private static final Gate GATE = new Gate();

    @TempDir
    private static Path folder;
    private static Application application;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        write("first");
        application = Application.of("reload", "-Dpayroute.config=" + folder, "-Dpayroute.config.reload-timeout=8s");
    }

    @AfterAll
    static void stop() {
        GATE.close();
        application.stop();
    }

    @Test
    @Order(1)
    void shouldSayWhichRouteIsBusyAndRefuseASecondReloadMeanwhile() throws Exception {
        // Given
        runs("first");
        GATE.shut();
        CompletableFuture<HttpResponse<String>> slow = aside(() -> application.get("/slow"));
        GATE.awaitVisitor();
        write("second");

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
        assertThat(busy.body()).contains("/problems/route-busy", "Route shared-slow-answer still had work after 8 s",
                "Nothing was changed.");
        assertThat(busy.headers().firstValue("Retry-After")).hasValue("5");
        GATE.open();
        assertThat(slow.get().body()).isEqualTo("answered by first");
        assertThat(reloads()).contains("\"result\":\"busy\"");
        assertThat(reload().body()).contains("\"result\":\"reloaded\"");
        assertThat(application.get("/slow").body()).isEqualTo("answered by second");
        assertThat(application.get("/q/metrics").body()).contains("routeId=\"shared-slow-answer\"")
                .doesNotContain("routeId=\"reload-");
    }

    /** The next life watches the folder. */
    @Test
    @Order(2)
    void shouldTellOfAReloadInWhichTheProcessWasKilledAndTakeUpAChangedFileWhereItWatches() throws Exception {
        // Given
        runs("third");
        GATE.shut();
        aside(() -> application.get("/slow"));
        GATE.awaitVisitor();
        write("fourth");
        aside(ReloadAnswersIT::reload);
        await().until(() -> reloads().matches(".*\"result\":\"started\"[^{}]*\"replaced\":\\[\"shared-slow-answer\"].*"));

        // When
        application.kill();
        GATE.open();
        application.start("-Dpayroute.config.watch=true");

        // Then
        await().untilAsserted(() -> assertThat(reloads()).contains("\"result\":\"interrupted\"")
                .doesNotContain("\"result\":\"started\""));
        assertThat(application.get("/slow").body()).isEqualTo("answered by fourth");
        write("fifth");
        await().atMost(Application.PATIENCE)
                .untilAsserted(() -> assertThat(application.get("/slow").body()).isEqualTo("answered by fifth"));
        assertThat(reloads()).contains("\"caller\":\"watch\"");
    }

    private static void write(String name) throws Exception {
        Files.writeString(folder.resolve("routes/slow.camel.yaml"), slow(name));
    }

    private static String slow(String name) {
        return SLOW.formatted(name, GATE.address());
    }

    private static void runs(String name) throws Exception {
        write(name);
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
