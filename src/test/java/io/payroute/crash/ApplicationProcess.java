package io.payroute.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/** The packaged application as a child process against external servers, to be killed, stopped and started again. */
final class ApplicationProcess implements AutoCloseable {

    static final String TOKEN = "crash-tests-crash-tests-crash-tests-0";
    private static final Path JAR = Path.of("target/quarkus-app/payroute.jar").toAbsolutePath();
    private static final int STOP_SECONDS = 30;
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();

    private final int port;
    private final Process process;
    private final Path log;
    private final long startedAt = System.nanoTime();

    private ApplicationProcess(int port, Process process, Path log) {
        this.port = port;
        this.process = process;
        this.log = log;
    }

    /** Returns at once. @param properties system properties, on top of the addresses in the environment */
    static ApplicationProcess launch(int port, Map<String, String> environment, Map<String, String> properties, Path log) {
        // The first flags make a start quick: these processes live for seconds.
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xms128m", "-Xmx384m",
                "-XX:SharedArchiveFile=" + JAR.resolveSibling("payroute.jsa"), "-XX:+UnlockDiagnosticVMOptions",
                "-XX:ArchiveRelocationMode=0", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"));
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-jar", JAR.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return new ApplicationProcess(port, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return KiB of memory that it held at most, as Linux counts it; 0 on another system */
    long mostMemory() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        return !Files.exists(status)
                ? 0
                : Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }

    ApplicationProcess awaitReady() {
        HttpRequest probe = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/payments/" + new UUID(0, 0)))
                .header("Authorization", "Bearer " + TOKEN).timeout(Duration.ofSeconds(2)).build();
        Awaitility.await("start of the application, see " + log).atMost(TestBed.PATIENCE).pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(e -> e instanceof IOException)
                .failFast("The application ended while it started, see " + log, () -> !process.isAlive())
                .untilAsserted(() -> assertThat(HTTP.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode())
                        .isEqualTo(404));
        return this;
    }

    CompletableFuture<HttpResponse<String>> get(String path) {
        return send(request(path).GET());
    }

    CompletableFuture<HttpResponse<String>> post(String path) {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).header("Authorization", "Bearer " + TOKEN);
    }

    private static CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** @return how it ended, or null when it still runs after that time */
    Integer awaitExit(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : null;
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    /** SIGTERM; returns at once. */
    void terminate() {
        process.destroy();
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly().onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
    }

    /** SIGTERM, and kill -9 when that does not help. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
