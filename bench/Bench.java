import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * The benchmark: everything in one run on one machine, the load generator included, so that its figures are ratios of each
 * other. Starts the packaged application with embedded servers (durable commits) in a folder of its own, and ends it.
 */
public class Bench {

    static final int HTTP = 18080;
    static final int POSTGRES = 15433;
    static final int MAILS = 18025;
    static final int CONNECTIONS = 64;
    static final int END_TO_END = 20_000;
    static final Path DATA = Path.of("target/bench-data");
    static final StringBuilder TABLE = new StringBuilder();
    static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static Process application;

    record Load(long count, double perSecond, double p50, double p99, long refused) {
        String row(String name) {
            return String.format(Locale.ROOT, "%s: %,.0f/s, p50 %.1f ms, p99 %.1f ms%s", name, perSecond, p50, p99,
                    refused == 0 ? "" : ", refused " + refused);
        }
    }

    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(args[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (application != null) {
                application.destroyForcibly();
            }
        }));
        delete(DATA);
        row("Machine", machine());
        row("Ready, cold, with embedded servers", String.format(Locale.ROOT, "%.1f s", start("0ms", "0ms")));

        load("/noop", Bench::payment, seconds, Integer.MAX_VALUE);
        load("/pay", Bench::payment, seconds, Integer.MAX_VALUE);
        drained();
        Load noop = load("/noop", Bench::payment, seconds, Integer.MAX_VALUE);
        row("POST that only answers 202", noop.row("no-op"));
        long before = rss();
        Load accept = load("/pay", Bench::payment, seconds, Integer.MAX_VALUE);
        long under = Math.max(before, rss());
        row("POST /pay, pipeline running", accept.row("accept"));
        row("accept / no-op", percent(accept.perSecond() / noop.perSecond()));
        row("Application RSS under load", under / 1024 + " MB");
        long drain = drained();
        row("Backlog of these payments mailed after", String.format(Locale.ROOT, "%.1f s", drain / 1000.0));
        double pgbench = pgbench(seconds);
        row("pgbench, same two inserts, " + CONNECTIONS + " clients",
                pgbench < 0 ? "pgbench is not installed" : String.format(Locale.ROOT, "%,.0f/s", pgbench));
        if (pgbench > 0) {
            row("accept / pgbench", percent(accept.perSecond() / pgbench));
        }

        long mails = mails();
        long start = System.nanoTime();
        Load all = load("/pay", Bench::payment, 600, END_TO_END);
        awaitMails(mails + all.count(), 300);
        double took = (System.nanoTime() - start) / 1e9;
        row("POST to mail handed to SMTP, " + all.count() + " payments",
                String.format(Locale.ROOT, "%.1f s, %,.0f/s", took, all.count() / took));
        stop();

        start("2s", "4s");
        load("/pay", Bench::payment, 3, 200);
        drained();
        start = System.nanoTime();
        Load thousand = load("/pay", Bench::payment, 60, 1_000);
        double posted = (System.nanoTime() - start) / 1e9;
        drainedCharges();
        row("1,000 payments, provider latency 2 to 4 s",
                String.format(Locale.ROOT, "accepted in %.1f s, all final after %.1f s", posted, (System.nanoTime() - start) / 1e9));
        stop();

        Files.createDirectories(Path.of("bench/results"));
        Path file = Path.of("bench/results", Instant.now().toString().replace(':', '-') + ".md");
        Files.writeString(file, TABLE);
        System.out.println("\n| what | measured |\n|---|---|\n" + TABLE + "\nWritten to " + file);
    }

    static String payment(int i) {
        return "{\"userId\":\"u" + i % 5000 + "\",\"amount\":" + (1 + i % 30) + "." + (10 + i % 89) + ",\"method\":\"card\"}";
    }

    /** Closed loop: each connection sends its next request when the answer to the last one is read. */
    static Load load(String path, IntFunction<String> body, int seconds, int max) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicLong refused = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<long[]> times = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int c = 0; c < CONNECTIONS; c++) {
            Thread thread = new Thread(() -> {
                long[] mine = new long[Math.min(max, 200_000)];
                int n = 0;
                int i;
                while ((i = next.getAndIncrement()) < max && System.nanoTime() < end) {
                    long t = System.nanoTime();
                    int status = post(path, body.apply(i), "u" + i % 5000);
                    mine[n++] = System.nanoTime() - t;
                    if (status != 202) {
                        refused.incrementAndGet();
                    }
                }
                synchronized (times) {
                    times.add(Arrays.copyOf(mine, n));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double took = (System.nanoTime() - begin) / 1e9;
        long[] sorted = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        long accepted = sorted.length - refused.get();
        Load load = new Load(accepted, accepted / took, at(sorted, 0.5), at(sorted, 0.99), refused.get());
        System.out.println(load.row(path));
        return load;
    }

    /** Many users, because each has a share of the rate limit. */
    static int post(String path, String body, String user) {
        try {
            return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + HTTP + path))
                    .header("Content-Type", "application/json").header("X-User-ID", user).timeout(Duration.ofSeconds(30))
                    .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException e) {
            return 0;
        }
    }

    static double at(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1e6;
    }

    static double start(String latencyMin, String latencyMax) throws Exception {
        long begin = System.nanoTime();
        application = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx224m",
                "-XX:MaxMetaspaceSize=160m", "-Dquarkus.http.port=" + HTTP, "-Dbench.noop=true", "-Dnotification.grpc.listen=127.0.0.1:15053",
                "-Dnotification.grpc.address=127.0.0.1:15053", "-Dpayroute.embedded.data-dir=" + DATA,
                "-Dpayroute.embedded.postgres-port=" + POSTGRES, "-Dpayroute.embedded.kafka-port=19092",
                "-Dpayroute.embedded.smtp-port=11025", "-Dpayroute.embedded.mail-port=" + MAILS,
                "-Dpayment.provider.sandbox.latency-min=" + latencyMin, "-Dpayment.provider.sandbox.latency-max=" + latencyMax,
                "-jar", "target/quarkus-app/quarkus-run.jar").redirectErrorStream(true)
                .redirectOutput(Path.of("target/bench.log").toFile()).start();
        for (int i = 0; i < 600; i++) {
            if (!application.isAlive()) {
                throw new IllegalStateException("The application ended; see target/bench.log");
            }
            if (status("http://127.0.0.1:" + HTTP + "/q/health/ready") == 200) {
                return (System.nanoTime() - begin) / 1e9;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IllegalStateException("Not ready; see target/bench.log");
    }

    static void stop() throws Exception {
        application.destroy();
        if (!application.waitFor(60, TimeUnit.SECONDS)) {
            application.destroyForcibly();
        }
    }

    static int status(String url) {
        try {
            return CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException e) {
            return 0;
        }
    }

    static long number(String database, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + POSTGRES + "/" + database, "postgres", "postgres");
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    static long mails() throws Exception {
        return number("notification", "SELECT count(*) FROM notification WHERE status = 'sent'");
    }

    static void drainedCharges() throws Exception {
        await("charges", 120, () -> number("payment",
                "SELECT count(*) FROM payment WHERE status NOT IN ('completed', 'failed')") == 0);
    }

    static long drained() throws Exception {
        long begin = System.nanoTime();
        long payments = number("payment", "SELECT count(*) FROM payment");
        awaitMails(payments, 600);
        return (System.nanoTime() - begin) / 1_000_000;
    }

    static void awaitMails(long count, int seconds) throws Exception {
        await(count + " mails", seconds, () -> mails() >= count);
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(String what, int seconds, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Waited in vain for " + what + "; see target/bench.log");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    static double pgbench(int seconds) throws Exception {
        Path script = Files.writeString(Path.of("target/bench.sql"), """
                BEGIN;
                INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) \
                VALUES (gen_random_uuid(), 'u1', 4999, 'USD', 'card', 'bench');
                INSERT INTO outbox (shard, topic, message_key, event_id, event_type, content_type, payload) \
                VALUES (0, 'bench', 'k', gen_random_uuid()::text, 'bench', 'application/protobuf', repeat('x', 120)::bytea);
                COMMIT;
                """);
        // The inserts go into tables of the same shape in a schema of their own, so that nothing publishes them.
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + POSTGRES + "/payment",
                "postgres", "postgres"); var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS bench; CREATE TABLE bench.payment (LIKE public.payment INCLUDING ALL);"
                    + "CREATE TABLE bench.outbox (LIKE public.outbox INCLUDING ALL)");
        }
        try {
            ProcessBuilder builder = new ProcessBuilder("pgbench", "-n", "-h", "127.0.0.1", "-p", "" + POSTGRES, "-U", "postgres",
                    "-c", "" + CONNECTIONS, "-j", "2", "-T", "" + seconds, "-M", "prepared", "-f", script.toString(), "payment");
            builder.environment().put("PGOPTIONS", "-c search_path=bench,public");
            Process pgbench = builder.redirectErrorStream(true).start();
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(pgbench.getInputStream()))) {
                String tps = lines.lines().filter(line -> line.startsWith("tps")).reduce((a, b) -> b).orElse("tps = -1");
                return Double.parseDouble(tps.split(" ")[2]);
            }
        } catch (IOException e) {
            return -1;
        }
    }

    static long rss() throws IOException {
        Path status = Path.of("/proc", String.valueOf(application.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
    }

    static String machine() throws IOException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2)).findFirst().orElse("unknown processor");
        return Runtime.getRuntime().availableProcessors() + " cores, " + cpu + ", JDK " + Runtime.version().feature()
                + "; load generator, application, PostgreSQL and Kafka share them";
    }

    static String percent(double ratio) {
        return Math.round(ratio * 100) + " %";
    }

    static void row(String what, String measured) {
        System.out.println(what + ": " + measured);
        TABLE.append("| ").append(what).append(" | ").append(measured).append(" |\n");
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
