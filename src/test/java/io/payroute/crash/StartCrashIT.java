package io.payroute.crash;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.testing.FreePorts;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends the application while its embedded servers start beside it: they are made, or taken up from what they had stored, when their
 * parent is gone. The next start, in the same folder, must find it usable and nothing lost.
 */
class StartCrashIT {

    static final List<String> POINTS = List.of("embedded-servers-launched", "embedded-servers-known",
            "embedded-server-started");
    /** Each with how often it is passed: the last by one server after the other. */
    private static final List<String> PASSINGS = List.of("embedded-servers-launched 1", "embedded-servers-known 1",
            "embedded-server-started 1", "embedded-server-started 2", "embedded-server-started 3");
    private static final int DRAWN = 2;

    private final Path folder = Path.of("target/crash", "start-" + ProcessHandle.current().pid()).toAbsolutePath();
    private final int port = FreePorts.next();
    private final Caller caller = new Caller(URI.create("http://127.0.0.1:" + port));
    private final Map<String, String> properties = new HashMap<>();
    private ApplicationProcess application;

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(folder);
        properties.putAll(Map.of("quarkus.http.port", Integer.toString(port), "payroute.management.port", "0",
                "payroute.embedded.data-dir", folder.resolve("data").toString()));
        properties.putAll(FreePorts.ofServices());
        for (String server : List.of("postgres", "kafka", "smtp", "mail")) {
            properties.put("payroute.embedded." + server + "-port", Integer.toString(FreePorts.next()));
        }
    }

    @AfterEach
    void stop() {
        caller.close();
        application.kill();
    }

    @Test
    void shouldStartFromWhatAKilledStartLeft() throws Exception {
        // Given
        long seed = TestBed.seed("StartCrashIT");
        killAtPoints(seed);
        launch(Map.of()).awaitReady();
        JsonObject accepted = caller.post(Purchase.plain("start", new Random(1)).request()).get(1, TimeUnit.MINUTES).must();
        application.kill();
        killAtPoints(seed + 1);

        // When
        launch(Map.of()).awaitReady();

        // Then
        JsonObject payment = caller.get("/api/v1/payments/" + accepted.getString("paymentId"),
                answer -> answer.body().contains("\"completed\"")).get(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS).must();
        assertThat(payment.encode()).contains("\"completed\"");
    }

    private void killAtPoints(long seed) throws InterruptedException {
        List<String> points = CrashPointIT.points(PASSINGS, Set.of(), DRAWN, seed);
        for (String one : points) {
            String[] point = one.split(" ");
            launch(Map.of("payroute.crash-point", point[0], "payroute.crash-passing", point[1]));
            assertThat(application.awaitExit(TestBed.PATIENCE)).as("The application must end at " + one)
                    .isEqualTo(CrashPointIT.KILLED);
        }
    }

    private ApplicationProcess launch(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(properties);
        all.putAll(more);
        application = ApplicationProcess.launch(port, Map.of("PAYROUTE_HTTP_TOKENS", "crash:" + ApplicationProcess.TOKEN), all,
                folder.resolve("application.log"));
        return application;
    }
}
