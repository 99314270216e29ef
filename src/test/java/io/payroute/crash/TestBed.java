package io.payroute.crash;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import io.payroute.platform.Roles;
import io.payroute.testing.FaultySmtp;
import io.payroute.testing.FaultySmtp.Fault;
import io.payroute.testing.FreePorts;
import io.payroute.testing.PreparedData;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** The servers of one test class, what its callers were answered, and the application whenever a test wants it. */
final class TestBed implements AutoCloseable {

    /** For all that is waited for: no good run takes so long, however slow the machine is. */
    static final Duration PATIENCE = Duration.ofMinutes(4);
    /** The application's notification.senders. */
    private static final int SENDERS = 4;
    private static final int MAIL_FAULT_PERCENT = 40;
    /** Below the application's smtp.answer-timeout. */
    private static final Duration SLOW_MAIL = Duration.ofMillis(1500);
    private static final List<Fault> MAIL_FAULTS = List.of(Fault.CLOSE_AFTER_MAIL, Fault.CLOSE_AFTER_RCPT,
            Fault.CLOSE_AFTER_DATA, Fault.CLOSE_AFTER_TEXT, Fault.TAKE_AND_CLOSE, Fault.SLOW, Fault.REFUSE_SENDER,
            Fault.BUSY_RECIPIENT, Fault.BUSY_TEXT, Fault.REFUSE_RECIPIENT, Fault.REFUSE_TEXT, Fault.GARBAGE);

    final ServerProcess kafka;
    final ServerProcess postgres;
    final ServerProcess smtp;
    private final Answers answers = new Answers();
    private final Map<String, Integer> earlierMails = new HashMap<>();
    private final Path folder;
    private final int httpPort = FreePorts.next();
    private final int grpcPort = FreePorts.next();
    private Map<String, String> launched = Map.of();
    private final URI address = URI.create("http://127.0.0.1:" + httpPort);
    private final Caller caller = new Caller(address);
    private final Merchant merchant = new Merchant(FreePorts.next());
    /** Takes the mails instead of {@link #smtp}; null where mails do not fail. */
    private final FaultySmtp faultyMail;
    private volatile boolean mailFails;
    private final Thread hook = new Thread(this::stopAll);
    private volatile ApplicationProcess application;
    private volatile Load load;
    private final Operator operator = new Operator(caller, () -> application);
    private int kills;

    TestBed(String name) {
        this(name, null);
    }

    /** @param faults of a mail server that fails when it is told to, or null */
    private TestBed(String name, Supplier<Fault> faults) {
        faultyMail = faults == null ? null : new FaultySmtp(() -> mailFails ? faults.get() : Fault.NONE, SLOW_MAIL);
        folder = Path.of("target/crash", name + "-" + ProcessHandle.current().pid()).toAbsolutePath();
        kafka = new ServerProcess("kafka", folder, "--kafka-port", port());
        postgres = new ServerProcess("postgres", folder, Stream.concat(Stream.of("--postgres-port", port()),
                Roles.WITH_DATABASE.stream().flatMap(role -> Stream.of("--database", role))).toArray(String[]::new));
        smtp = new ServerProcess("smtp", folder, "--smtp-port", port(), "--mail-port", port());
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            PreparedData.copyTo(folder);
            CompletableFuture.allOf(CompletableFuture.runAsync(kafka::start), CompletableFuture.runAsync(postgres::start),
                    faultyMail == null ? CompletableFuture.runAsync(smtp::start) : CompletableFuture.completedFuture(null))
                    .join();
        } catch (RuntimeException e) {
            stopAll();
            throw new IllegalStateException("The servers did not start, see " + folder, e);
        }
    }

    /** With a mail server that fails in every way there is. */
    static TestBed withMailFaults(String name, long seed) {
        Random random = new Random(seed);
        TestBed bed = new TestBed(name, () -> fault(random));
        bed.mailFails = true;
        return bed;
    }

    /** With a mail server that is slow when it is told to be. */
    static TestBed withSlowMail(String name) {
        return new TestBed(name, () -> Fault.SLOW);
    }

    /** With a mail server that takes nothing from us when it is told so. */
    static TestBed withRefusedMail(String name) {
        return new TestBed(name, () -> Fault.REFUSE_SENDER);
    }

    void refuseMail(boolean refuse) {
        mailFails = refuse;
    }

    void slowMail(boolean slow) {
        mailFails = slow;
    }

    private static synchronized Fault fault(Random random) {
        return random.nextInt(100) < MAIL_FAULT_PERCENT ? MAIL_FAULTS.get(random.nextInt(MAIL_FAULTS.size())) : Fault.NONE;
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
        launched = all;
        application = ApplicationProcess.launch(httpPort, ApplicationSettings.environment(this), all,
                folder.resolve("application.log"));
        return application;
    }

    ApplicationProcess start() {
        return launch(Map.of()).awaitReady();
    }

    URI address() {
        return address;
    }

    /** Of every role that has a service. */
    List<Integer> grpcPorts() {
        return launched.entrySet().stream().filter(one -> one.getKey().endsWith(".grpc.listen"))
                .map(one -> Integer.valueOf(one.getValue().split(":")[1])).toList();
    }

    /** Of the service of a role. */
    int grpcPort(String role) {
        return Integer.parseInt(launched.get(role + ".grpc.listen").split(":")[1]);
    }

    /** One that is in use. */
    int grpcPort() {
        return grpcPort;
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

    /** From now on, in later lives, too. */
    void approveWhatIsHeld() {
        operator.approveWhatIsHeld();
    }

    /** What the application answers once it answers at all. */
    JsonObject get(String path) {
        return operator.get(path);
    }

    /** Waits until nothing is left to be done. */
    void drain() {
        await(checker -> {
            assertNothingLeft(checker);
            assertThat(mails()).as("mails").hasSizeGreaterThanOrEqualTo(checker.notifications());
        });
    }

    private void assertNothingLeft(Checker checker) throws SQLException {
        assertThat(checker.backlog()).as("what is left to do").isEmpty();
        assertThat(lags().values()).as("lags").containsOnly(0L);
    }

    /** Until the application holds so many messages. @param leased the end of any lease that an earlier process took */
    void awaitHeldMails(int count, Instant leased) {
        Awaitility.await("held mails, see " + folder).atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            try (Connection notification = connect("notification");
                    ResultSet rows = notification.createStatement()
                            .executeQuery("SELECT count(*) FROM notification_work WHERE leased_until > '" + leased + "'")) {
                rows.next();
                assertThat(rows.getInt(1)).isGreaterThanOrEqualTo(count);
            }
        });
    }

    private interface Condition {
        void of(Checker checker) throws SQLException;
    }

    private void await(Condition condition) {
        Awaitility.await("drain, see " + folder).atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).ignoreExceptions()
                .untilAsserted(() -> {
                    try (Connection payment = connect("payment"); Connection notification = connect("notification")) {
                        condition.of(new Checker(payment, notification, outside(Map.of())));
                    }
                });
    }

    /** When nothing else is left: the mail server fails no more, and an operator replays what it had refused for good. */
    void restoreMail() {
        await(this::assertNothingLeft);
        mailFails = false;
        System.out.println("mailFaults=" + new TreeMap<>(faultyMail.faults()) + " refusedForGood=" + replay("notification"));
    }

    int replay(String role) {
        return operator.replay(role);
    }

    /** Fails with every violation found. */
    void check(String title) throws SQLException {
        try (Connection payment = connect("payment"); Connection notification = connect("notification")) {
            // Many thousand rows may have come since the database last looked how many there are.
            payment.createStatement().execute("ANALYZE");
            notification.createStatement().execute("ANALYZE");
            Checker checker = new Checker(payment, notification, outside(lags()));
            System.out.println(title + " kills=" + kills + " " + checker.counts() + " merchantFaults=" + merchant.faults());
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
        if (faultyMail != null) {
            return faultyMail.heard();
        }
        Map<String, Integer> mails = new HashMap<>(earlierMails);
        Measures.mails(smtp.address("embedded.mail.url")).forEach((id, count) -> mails.merge(id, count, Integer::sum));
        return mails;
    }

    /** kill -9 of the mail server, which counts its mails from its start; nothing must be on its way to it. */
    void killSmtp() {
        Map<String, Integer> mails = mails();
        earlierMails.clear();
        earlierMails.putAll(mails);
        smtp.kill();
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                postgres.address("embedded.postgres." + database + ".jdbc-url") + "?connectTimeout=10"
                        + "&socketTimeout=60",
                postgres.address("embedded.postgres.username"),
                postgres.address("embedded.postgres.password"));
    }

    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends.
        }
    }

    int smtpPort() {
        return faultyMail == null ? Integer.parseInt(smtp.address("embedded.smtp.port")) : faultyMail.port();
    }

    private void stopAll() {
        operator.close();
        caller.close();
        merchant.close();
        if (faultyMail != null) {
            faultyMail.close();
        }
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
        return Integer.toString(FreePorts.next());
    }
}
