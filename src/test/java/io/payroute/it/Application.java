package io.payroute.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.payroute.testing.FreePorts;
import io.payroute.testing.PreparedData;
import io.payroute.testing.RolesOn;
import io.payroute.testing.SandboxSignature;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged application with its embedded servers as one child process on ports of its own, started once for all tests of
 * a process and stopped at its end.
 */
final class Application {

    static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration START_PATIENCE = Duration.ofSeconds(150);
    /** So that two runs do not meet. */
    private static final long PROCESS = ProcessHandle.current().pid();
    private static final Path DATA = Path.of("target/it-data-" + PROCESS);
    private static final Path LOG = Path.of("target/it-" + PROCESS + ".log");
    private static Application shared;

    private final Path data;
    private final Path log;
    private final List<String> options;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).build();
    private final int httpPort = FreePorts.next();
    private final int managementPort = FreePorts.next();
    private final int kafkaPort = FreePorts.next();
    private final int mailPort = FreePorts.next();
    private final Map<String, String> services = FreePorts.ofServices();
    private final int receiverPort = FreePorts.next();
    private Process process;

    private Application(Path data, Path log, List<String> options) {
        this.data = data;
        this.log = log;
        this.options = options;
    }

    static synchronized Application shared() {
        if (shared == null) {
            shared = new Application(DATA, LOG, List.of());
            shared.startAfresh();
        }
        return shared;
    }

    /**
     * One of its own, ready, that pays and notifies.
     *
     * @param name of its data and its log
     * @param options of its JVM
     */
    static Application of(String name, String... options) {
        Application application = configured(name, options);
        application.startPrepared();
        return application;
    }

    /** The same, not started. */
    static Application configured(String name, String... options) {
        List<String> all = new ArrayList<>();
        RolesOn.alone("payment", "notification").forEach((key, on) -> all.add("-D" + key + '=' + on));
        all.addAll(List.of(options));
        return new Application(DATA.resolveSibling(DATA.getFileName() + "-" + name),
                LOG.resolveSibling("it-" + PROCESS + "-" + name + ".log"), all);
    }

    /** With empty tables, which are there already. @param more options of this start alone */
    void startPrepared(String... more) {
        delete(data);
        PreparedData.copyTo(data);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        start(more);
    }

    /** For the first time. */
    private void startAfresh() {
        delete(data);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        start();
    }

    /** @return its log, once a start that must fail has ended */
    String refusal() throws Exception {
        delete(data);
        Files.deleteIfExists(log);
        launch();
        assertThat(process.waitFor(START_PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        return Files.readString(log);
    }

    int aggregatorPort() {
        return Integer.parseInt(services.get("aggregator.grpc.listen").split(":")[1]);
    }

    int userPort() {
        return Integer.parseInt(services.get("user.grpc.listen").split(":")[1]);
    }

    Path data() {
        return data;
    }

    void start(String... more) {
        launch(more);
        await().atMost(START_PATIENCE).ignoreExceptions().failFast("It ended, see " + log, () -> !process.isAlive())
                .untilAsserted(() -> assertThat(get("/health").statusCode()).isEqualTo(200));
    }

    private void launch(String... more) {
        // The first flags make a start quick: these processes live for seconds.
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m",
                "-XX:SharedArchiveFile=target/quarkus-app/payroute.jsa", "-XX:+UnlockDiagnosticVMOptions",
                "-XX:ArchiveRelocationMode=0", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dquarkus.http.port=" + httpPort,
                "-Dpayroute.management.port=" + managementPort,
                "-Dpayroute.embedded.data-dir=" + data.toAbsolutePath(),
                "-Dpayroute.embedded.postgres-port=0", "-Dpayroute.embedded.smtp-port=0",
                "-Dpayroute.embedded.kafka-port=" + kafkaPort, "-Dpayroute.embedded.mail-port=" + mailPort,
                "-Dpayroute.embedded.start-timeout=120s"));
        services.forEach((key, address) -> command.add("-D" + key + "=" + address));
        command.addAll(options);
        command.addAll(List.of(more));
        command.addAll(List.of("-jar", "target/quarkus-app/payroute.jar"));
        try {
            Redirect output = Redirect.appendTo(log.toFile());
            process = new ProcessBuilder(command).redirectOutput(output).redirectError(output).start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs an event as the sandbox does, with the secret that the application keeps. */
    static String sandboxSignature(String event) throws IOException {
        return SandboxSignature.of(event, Files.readString(DATA.resolve("sandbox-secret")).strip());
    }

    /** How many objects of a class it holds. */
    long objects(String className) throws IOException {
        Process histogram = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(process.pid()), "GC.class_histogram").start();
        try (BufferedReader lines = histogram.inputReader()) {
            return lines.lines().map(line -> line.trim().split("\\s+"))
                    .filter(columns -> columns.length > 3 && columns[3].equals(className))
                    .mapToLong(columns -> Long.parseLong(columns[1]))
                    .sum();
        }
    }

    /** What it has logged as warning or error since {@code from}, a length of the log. */
    List<String> warnings(long from) {
        try {
            return Files.readString(log).substring((int) from).lines()
                    .filter(line -> line.matches("[0-9:.]+ (WARN|WARNING|ERROR|SEVERE) .*"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that it has logged. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The length of its log. */
    long logged() {
        return log.toFile().length();
    }

    /** Tells the process to end, as an orchestrator does. */
    void terminate() {
        process.destroy();
    }

    /** Ends it as a power cut would; {@link #start} starts it again on the same data. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits until it has ended by itself. @return how */
    int ended() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    void stop() {
        if (process == null) {
            return;
        }
        terminate();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    int managementPort() {
        return managementPort;
    }

    int httpPort() {
        return httpPort;
    }

    /** Of every role that has a service. */
    List<Integer> grpcPorts() {
        return services.entrySet().stream().filter(one -> one.getKey().endsWith(".grpc.listen"))
                .map(one -> Integer.valueOf(one.getValue().split(":")[1])).toList();
    }

    /** Of the role notification. */
    int grpcPort() {
        return Integer.parseInt(services.get("notification.grpc.listen").split(":")[1]);
    }

    String brokers() {
        return "127.0.0.1:" + kafkaPort;
    }

    /** A request with a time limit, to be completed. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(ofSomebody(request.build()), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * A request that does not say whose it is comes from a user of its own, so that no test uses up another's share of the rate
     * limit; one with a key from the key's own, because keys belong to users.
     */
    private static HttpRequest ofSomebody(HttpRequest request) {
        if (request.headers().map().containsKey("X-User-ID") || request.headers().map().containsKey("Authorization")) {
            return request;
        }
        String user = request.headers().firstValue("Idempotency-Key").orElseGet(() -> UUID.randomUUID().toString());
        return HttpRequest.newBuilder(request, (name, value) -> true).header("X-User-ID", user).build();
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(request(path));
    }

    /** @param headers names and values in turn */
    HttpResponse<String> pay(String body, String... headers) throws IOException {
        HttpRequest.Builder request = request("/pay").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** @return the id of the accepted payment */
    String accepted(String body, String... headers) throws IOException {
        HttpResponse<String> answer = pay(body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return new JsonObject(answer.body()).getString("paymentId");
    }

    JsonObject payment(String id) throws IOException {
        HttpResponse<String> answer = get("/api/v1/payments/" + id);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonObject("payment");
    }

    JsonObject awaitStatus(String id, String status) throws IOException {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(payment(id).getString("status")).isEqualTo(status));
        return payment(id);
    }

    /** The mails to an address as text, newest first; empty when there are none. */
    String mails(String address) throws IOException {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mailPort + "/?to=" + address))).body();
    }

    /** Waits for the mails to an address and returns them. */
    String awaitMail(String address) throws IOException {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(mails(address)).contains("Subject: "));
        return mails(address);
    }

    /** Commands of the guide, with the ports and folders of this application. */
    String asStarted(String commands) {
        return commands.replace("localhost:8080", "localhost:" + httpPort).replace("localhost:8025", "localhost:" + mailPort)
                .replace("localhost:9092", "localhost:" + kafkaPort).replace("9000", String.valueOf(receiverPort))
                .replace("data/sandbox-secret", data + "/sandbox-secret")
                .replace("data/operator-password", data + "/operator-password")
                .replace("do sleep 1; done", "do sleep 0.2; done");
    }

    static String newAddress() {
        return "ada-" + UUID.randomUUID() + "@example.com";
    }

    private static void delete(Path data) {
        if (Files.exists(data)) {
            try (Stream<Path> files = Files.walk(data)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
