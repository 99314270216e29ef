package io.payroute.crash;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.route.check.RoutePart;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Changes routes while callers pay, every other time in a way that only a start shows to be wrong, and ends the application in the
 * middle of it. With -Dcrash.points=all 50 times, and all the while 100 payments a second come in.
 */
class ReloadIT {

    private static final boolean ALL = "all".equals(System.getProperty("crash.points"));
    private static final int RELOADS = ALL ? 50 : 5;
    /** Before the next as many begin. */
    private static final int PAYMENTS = ALL ? 1_000 : 100;
    private static final Duration INTERVAL = ALL ? Duration.ofMillis(10) : Duration.ofMillis(100);
    private static final int ROUTES = 5;
    /** A reload takes about as long. */
    private static final int RELOAD_MILLIS = 1_000;
    private static final Pattern CHANGEABLE = Pattern.compile("from:\\s+uri: (direct|work|outbox|kafka|timer):");
    private static final Pattern DESCRIPTION = Pattern.compile("(?m)^    description: .*$");

    private static final Path BROKEN = Path.of("src/test/resources/broken");

    private static TestBed bed;

    @TempDir
    private Path folder;
    private final List<RoutePart> routes = RoutePart.all(ConfigFolder.at(Path.of("target/no-folder"))).stream()
            .filter(part -> part.kind().equals(RoutePart.ROUTE) && CHANGEABLE.matcher(part.packaged().text()).find()).toList();

    @BeforeAll
    static void startServers() {
        bed = new TestBed("reload");
    }

    @AfterAll
    static void stopServers() {
        bed.close();
    }

    @Test
    void shouldLoseAndDoubleNothingWhileRoutesAreChanged() throws Exception {
        // Given
        long seed = TestBed.seed("ReloadIT");
        Random random = new Random(seed);
        Files.createDirectories(folder.resolve("routes"));
        Files.createDirectories(folder.resolve("kamelets"));
        Map<String, String> configured = Map.of("payroute.config", folder.toString());
        ApplicationProcess application = bed.launch(configured).awaitReady();
        refuseBrokenFiles(application);
        List<Load> loads = new ArrayList<>();

        // When
        for (int i = 0; i < RELOADS; i++) {
            if (loads.isEmpty() || loads.get(loads.size() - 1).hasBegunAll()) {
                loads.add(bed.load("reload-" + loads.size(), PAYMENTS, INTERVAL, seed + loads.size()));
            }
            change(random, i);
            if (i % 2 == 1) {
                List<Path> wrong = breakStart(i);
                HttpResponse<String> answer = application.post("/api/v1/routes/reload").join();
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
                assertThat(answer.body()).contains("cannot be started", "Everything runs as before.");
                for (Path file : wrong) {
                    Files.delete(file);
                }
            } else if (i % 20 == 4) {
                CompletableFuture<?> answer = application.post("/api/v1/routes/reload");
                assertThat(application.awaitExit(Duration.ofMillis(random.nextInt(RELOAD_MILLIS)))).isNull();
                System.out.println("kill=" + i + " reloaded=" + answer.isDone());
                application.kill();
                bed.countKill();
                application = bed.launch(configured).awaitReady();
            } else {
                HttpResponse<String> answer = application.post("/api/v1/routes/reload").join();
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.body()).contains("\"result\":\"reloaded\"", "\"needs_restart\":[]");
            }
        }

        // Then
        for (Load load : loads) {
            load.finish();
        }
        bed.drain();
        bed.check("ReloadIT seed=" + seed + " reloads=" + RELOADS + " payments=" + loads.size() * PAYMENTS + " retries="
                + loads.stream().mapToInt(Load::retries).sum());
    }

    /** Each of them with its file and line, and nothing that ran is touched. */
    private void refuseBrokenFiles(ApplicationProcess application) throws IOException {
        String running = application.get("/api/v1/routes").join().body();
        List<Path> copies = new ArrayList<>();
        try (Stream<Path> files = Files.walk(BROKEN)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(BROKEN.relativize(file));
                Files.createDirectories(copy.getParent());
                copies.add(Files.copy(file, copy));
            }
        }
        HttpResponse<String> answer = application.post("/api/v1/routes/reload").join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        for (String finding : Files.readAllLines(Path.of("src/test/resources/broken.txt"))) {
            String place = finding.substring(BROKEN.toString().length(), finding.indexOf(": "));
            assertThat(answer.body()).contains(folder + place);
        }
        assertThat(application.get("/api/v1/routes").join().body()).isEqualTo(running);
        for (Path copy : copies) {
            Files.delete(copy);
        }
        if (ALL) {
            refuseEachAlone(application, running);
        }
    }

    private void refuseEachAlone(ApplicationProcess application, String running) throws IOException {
        try (Stream<Path> files = Files.walk(BROKEN)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = Files.copy(file, folder.resolve(BROKEN.relativize(file)));
                HttpResponse<String> answer = application.post("/api/v1/routes/reload").join();
                assertThat(answer.statusCode()).as(file + ": " + answer.body()).isEqualTo(422);
                assertThat(answer.body()).containsPattern(Pattern.quote(copy.toString()) + ":[0-9]+");
                Files.delete(copy);
            }
        }
        assertThat(application.get("/api/v1/routes").join().body()).isEqualTo(running);
    }

    /** Some routes get another description; some of the earlier ones become the packaged ones again. */
    private void change(Random random, int number) throws IOException {
        List<RoutePart> some = new ArrayList<>(routes);
        Collections.shuffle(some, random);
        for (RoutePart route : some.subList(0, ROUTES)) {
            Files.writeString(file(route), DESCRIPTION.matcher(route.packaged().text())
                    .replaceFirst("    description: Changed for the " + number + "th time."));
        }
        for (RoutePart route : some.subList(ROUTES, 2 * ROUTES)) {
            Files.deleteIfExists(file(route));
        }
    }

    private Path file(RoutePart route) {
        return folder.resolve("routes/" + route.id() + ".camel.yaml");
    }

    /** A port that is in use, a password that is none, or a kamelet with a bean that is not there: the check sees none of it. */
    private List<Path> breakStart(int number) throws IOException {
        Path route = folder.resolve("routes/added.camel.yaml");
        if (number % 6 == 5) {
            RoutePart history = routes.stream().filter(one -> one.id().equals("payment-history")).findFirst().orElseThrow();
            return List.of(Files.writeString(file(history), history.packaged().text().replaceFirst("(?m)^      parameters:$", """
                          parameters:
                            securityProtocol: SASL_PLAINTEXT
                            saslMechanism: PLAIN
                            saslJaasConfig: org.apache.kafka.common.security.plain.PlainLoginModule required password=
                    """.stripTrailing())));
        }
        if (number % 6 == 1) {
            return List.of(Files.writeString(route, added("notification", "grpc:127.0.0.1:" + bed.grpcPort()
                    + "/notification.NotificationService", "log:added")));
        }
        return List.of(Files.writeString(route, added("payment", "direct:payment-added", "kamelet:added")),
                Files.writeString(folder.resolve("kamelets/added.kamelet.yaml"), """
                        apiVersion: camel.apache.org/v1
                        kind: Kamelet
                        metadata:
                          name: added
                        spec:
                          definition:
                            title: Its bean is not there
                          template:
                            from:
                              uri: kamelet:source
                              steps:
                                - to:
                                    uri: smtp:localhost:25?javaMailSender=#nobody
                        """));
    }

    private static String added(String role, String from, String to) {
        return """
                # Wrong on purpose. On failure: nothing changes.
                - route:
                    id: %s-added
                    description: Cannot be started.
                    group: %1$s
                    routeConfigurationId: work
                    from:
                      uri: %s
                      steps:
                        - to:
                            uri: %s
                """.formatted(role, from, to);
    }
}
