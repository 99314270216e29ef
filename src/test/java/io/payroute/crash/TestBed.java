package io.payroute.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** The servers of one test class, what its callers were answered, and the application whenever a test wants it. */
final class TestBed implements AutoCloseable {

    private static final Duration DRAIN = Duration.ofSeconds(60);
    /** The application's notification.senders. */
    private static final int SENDERS = 4;

    final ServerProcess kafka;
    final ServerProcess postgres;
    final ServerProcess smtp;
    private final Answers answers = new Answers();
    private final Map<String, Integer> earlierMails = new HashMap<>();
    private final Path folder;
    private final int httpPort = freePort();
    private final int grpcPort = freePort();
    private final URI address = URI.create("http://127.0.0.1:" + httpPort);
    private final Caller caller = new Caller(address);
    private final Merchant merchant = new Merchant();
    private final Thread hook = new Thread(this::stopAll);
    private volatile ApplicationProcess application;
    private volatile Load load;
    private int kills;

    TestBed(String name) {
        folder = Path.of("target/crash", name + "-" + ProcessHandle.current().pid()).toAbsolutePath();
        kafka = new ServerProcess("kafka", folder, "--kafka-port", port());
        postgres = new ServerProcess("postgres", folder, "--postgres-port", port(), "--database", "payment", "--database",
                "notification");
        smtp = new ServerProcess("smtp", folder, "--smtp-port", port(), "--mail-port", port());
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Files.createDirectories(folder);
            CompletableFuture.allOf(CompletableFuture.runAsync(kafka::start), CompletableFuture.runAsync(postgres::start),
                    CompletableFuture.runAsync(smtp::start)).join();
        } catch (IOException | RuntimeException e) {
            stopAll();
            throw new IllegalStateException("The servers did not start, see " + folder, e);
        }
    }

    /** Random, printed, and to be given again with -Dcrash.seed to repeat a run as far as time allows. */
    static long seed(String test) {
        long seed = Long.getLong("crash.seed", ThreadLocalRandom.current().nextInt(1_000_000));
        System.out.println("test=" + test + " seed=" + seed);
        return seed;
    }

    ApplicationProcess launch(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(ApplicationSettings.properties(httpPort, grpcPort));
        all.putAll(properties);
        application = ApplicationProcess.launch(httpPort, ApplicationSettings.environment(this), all,
                folder.resolve("application.log"));
        return application;
    }

    ApplicationProcess start() {
        return launch(Map.of()).awaitReady();
    }

    /** The application was killed while mails may have been on their way. */
    void countKill() {
        kills++;
    }

    /** Starts callers with payments of every kind; they wait for the application if need be. */
    Load load(String name, int count, Duration interval, long seed) {
        return load(name, count, interval, seed, Purchase::any);
    }

    Load load(String name, int count, Duration interval, long seed, BiFunction<String, Random, Purchase> kind) {
        Random random = new Random(seed);
        List<Purchase> purchases = IntStream.range(0, count).mapToObj(i -> kind.apply(name + "-" + i, random)).toList();
        load = Load.start(address, purchases, interval, answers, merchant.register(caller));
        return load;
    }

    /** What the application answers once it answers at all. */
    JsonObject get(String path) {
        return caller.get(path, answer -> true).orTimeout(30, TimeUnit.SECONDS).join().must();
    }

    /** Waits until nothing is left to be done. */
    void drain() {
        Awaitility.await("drain, see " + folder).atMost(DRAIN).pollInterval(Duration.ofMillis(200)).ignoreExceptions()
                .untilAsserted(() -> {
                    try (Connection payment = connect("payment"); Connection notification = connect("notification")) {
                        Checker checker = new Checker(payment, notification, outside(Map.of()));
                        assertThat(checker.backlog()).as("what is left to do").isEmpty();
                        assertThat(lags().values()).as("lags").containsOnly(0L);
                        assertThat(mails()).as("mails").hasSizeGreaterThanOrEqualTo(checker.notifications());
                    }
                });
    }

    /** Fails with every violation found. */
    void check(String title) throws SQLException {
        try (Connection payment = connect("payment"); Connection notification = connect("notification")) {
            Checker checker = new Checker(payment, notification, outside(lags()));
            System.out.println(title + " kills=" + kills + " " + checker.counts());
            assertThat(checker.violations()).as(title + ": violations, logs in " + folder).isEmpty();
            assertThat(merchant.complaints()).as("what a merchant should never be sent").isEmpty();
            assertThat(checker.counts().dead()).as("dead letters: a crash or an outage must divert nothing").isZero();
        }
    }

    Checker.Outside outside(Map<String, Long> lags) {
        return new Checker.Outside(answers, merchant.taken(), mails(), lags, kills * SENDERS);
    }

    Map<String, Long> lags() {
        return Measures.lags(kafka.address("embedded.kafka.bootstrap-servers"),
                Map.of("payment", "payment-topic", "notification", "payment.status-updated", "webhooks",
                        "payment.status-updated"));
    }

    Map<String, Integer> mails() {
        Map<String, Integer> mails = new HashMap<>(earlierMails);
        Measures.mails(smtp.address("embedded.mail.url")).forEach((id, count) -> mails.merge(id, count, Integer::sum));
        return mails;
    }

    /** kill -9 of the mail server, which keeps its mails in memory alone; nothing must be on its way to it. */
    void killSmtp() {
        Map<String, Integer> mails = mails();
        earlierMails.clear();
        earlierMails.putAll(mails);
        smtp.kill();
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(postgres.address("embedded.postgres." + database + ".jdbc-url") + "?connectTimeout=2"
                + "&socketTimeout=10", "postgres", "postgres");
    }

    @Override
    public void close() {
        stopAll();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void stopAll() {
        caller.close();
        merchant.close();
        if (load != null) {
            load.close();
        }
        if (application != null) {
            application.kill();
        }
        CompletableFuture.allOf(List.of(kafka, postgres, smtp).stream().map(server -> CompletableFuture.runAsync(server::close))
                .toArray(CompletableFuture[]::new)).join();
    }

    private static String port() {
        return Integer.toString(freePort());
    }

    /** Below the range of outgoing connections, so that it stays free while its server is down. */
    private static int freePort() {
        for (int i = 0; i < 100; i++) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken; another one
            }
        }
        throw new UncheckedIOException(new IOException("no free port"));
    }
}
