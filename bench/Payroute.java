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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged application with embedded servers (durable commits), in a folder and at ports of its own, and what its tables say. */
final class Payroute {

    static final String URL = "http://127.0.0.1:18080";
    private static final int POSTGRES = 15433;
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String TOKEN = "bench-bench-bench-bench-bench-bench-bench";
    private static final Path DATA = Path.of("target/bench-data");
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    /** Embedded, it takes none. */
    private final boolean tokens;

    private Payroute(Process process, boolean tokens) {
        this.process = process;
        this.tokens = tokens;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Returns when it is ready and has accepted a payment. @param properties as {@code key=value} */
    static Payroute start(String... properties) throws Exception {
        return start(Map.of(), properties);
    }

    /** With the servers of {@link #startServers}. */
    static Payroute startAlone() throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092", "SMTP_HOST",
                "127.0.0.1", "SMTP_PORT", "11025", "SMTP_START_TLS", "disabled", "HTTP_HOST", "127.0.0.1",
                "PAYROUTE_HTTP_TOKENS", "bench:" + TOKEN,
                // Made by the start with embedded servers.
                "USER_TOKEN_KEY_FILE", DATA.resolve("user-token-key.pem").toString()));
        for (String role : Files.readAllLines(Path.of("target/classes/roles/roles.txt"))) {
            if (!Files.isDirectory(Path.of("target/classes/db", role))) {
                continue;
            }
            String prefix = role.toUpperCase(Locale.ROOT) + "_JDBC_";
            environment.putAll(Map.of(prefix + "URL", url(role), prefix + "USERNAME", "postgres", prefix + "PASSWORD",
                    password()));
        }
        return start(environment);
    }

    /** The embedded servers with the data that is there, until their standard input is closed. */
    static Process startServers() throws Exception {
        Process servers = new ProcessBuilder(JAVA, "-cp", System.getProperty("java.class.path"),
                "io.payroute.embedded.EmbeddedServers", "--data", DATA.toString(), "--postgres-port", "" + POSTGRES, "--kafka-port",
                "19092", "--smtp-port", "11025", "--mail-port", "18025").redirectErrorStream(true).start();
        BufferedReader lines = new BufferedReader(new InputStreamReader(servers.getInputStream()));
        for (String line = lines.readLine(); !"READY".equals(line); line = lines.readLine()) {
            if (line == null) {
                throw new IllegalStateException("The servers did not start");
            }
        }
        return servers;
    }

    private static Payroute start(Map<String, String> environment, String... properties) throws Exception {
        List<String> command = new ArrayList<>(List.of("./payroute", "run",
                "-XX:+UseSerialGC", "-Xmx224m", "-XX:MaxMetaspaceSize=160m", "-Dquarkus.http.port=18080",
                "-Dpayroute.management.port=18081", "-Dbench.noop=true",
                "-Dnotification.grpc.listen=127.0.0.1:15053", "-Dnotification.grpc.address=127.0.0.1:15053",
                "-Dinventory.grpc.listen=127.0.0.1:15054", "-Dinventory.grpc.address=127.0.0.1:15054",
                "-Duser.grpc.listen=127.0.0.1:15056", "-Dpayment.grpc.listen=127.0.0.1:15052",
                "-Dpayment.grpc.address=127.0.0.1:15052", "-Duser.grpc.address=127.0.0.1:15056", "-Dproduct.grpc.listen=127.0.0.1:15055",
                "-Dproduct.grpc.address=127.0.0.1:15055", "-Dorder.grpc.listen=127.0.0.1:15051", "-Dorder.grpc.address=127.0.0.1:15051", "-Daggregator.grpc.listen=127.0.0.1:15058",
                "-Dpayroute.embedded.data-dir=" + DATA, "-Dpayroute.embedded.postgres-port=" + POSTGRES,
                "-Dpayroute.embedded.kafka-port=19092", "-Dpayroute.embedded.smtp-port=11025",
                "-Dpayroute.embedded.mail-port=18025"));
        for (String property : properties) {
            command.add("-D" + property);
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(Path.of("target/bench.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Payroute payroute = new Payroute(builder.start(), !environment.isEmpty());
        await("the application", 180, payroute::ready);
        return payroute;
    }

    private boolean ready() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("The application ended; see target/bench.log");
        }
        try {
            HttpRequest.Builder pay = HttpRequest.newBuilder(URI.create(URL + "/pay")).header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"userId\":\"bench\",\"amount\":49.99,\"method\":\"card\"}"));
            if (tokens) {
                pay.header("Authorization", "Bearer " + TOKEN);
            }
            return status(HttpRequest.newBuilder(URI.create("http://127.0.0.1:18081/q/health/ready"))) == 200
                    && status(pay) == 202;
        } catch (IOException e) {
            return false;
        }
    }

    private static int status(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** @return the answer's body */
    static String post(String path, String body) throws IOException, InterruptedException {
        return post(path, body, null);
    }

    /** @param token or null */
    static String post(String path, String body, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(URL + path)).header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString()).POST(HttpRequest.BodyPublishers.ofString(body));
        return send(path, token == null ? request : request.header("Authorization", "Bearer " + token));
    }

    static void put(String path) throws IOException, InterruptedException {
        send(path, HttpRequest.newBuilder(URI.create(URL + path)).PUT(HttpRequest.BodyPublishers.noBody()));
    }

    private static String send(String path, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IllegalStateException(path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    /** Returns when its embedded servers have ended, too: they write to the end. */
    void stop() throws Exception {
        List<ProcessHandle> servers = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        for (ProcessHandle server : servers) {
            server.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    /**
     * Seconds of processor time that have been used.
     *
     * @param compiler of the application, which goes on for a while after a load
     * @param servers of the embedded servers' own process
     */
    record Processor(double application, double compiler, double postgres, double servers) {
    }

    Processor processor() throws IOException {
        long postmaster = Long.parseLong(Files.readAllLines(DATA.resolve("postgres/postmaster.pid")).get(0));
        Stream<ProcessHandle> backends = ProcessHandle.of(postmaster).orElseThrow().descendants();
        double compiler = compiler();
        return new Processor(seconds(proc(process.pid())) - compiler, compiler,
                seconds(proc(postmaster)) + backends.mapToDouble(one -> seconds(proc(one.pid()))).sum(),
                process.children().mapToDouble(one -> seconds(proc(one.pid()))).sum());
    }

    private double compiler() throws IOException {
        double seconds = 0;
        try (Stream<Path> threads = Files.list(proc(process.pid()).resolve("task"))) {
            for (Path thread : threads.toList()) {
                seconds += Files.readString(thread.resolve("comm")).matches("C[12] Compiler.*\\s*") ? seconds(thread) : 0;
            }
        }
        return seconds;
    }

    private static Path proc(long pid) {
        return Path.of("/proc", String.valueOf(pid));
    }

    /** Its children that have ended included, such as PostgreSQL's workers. */
    private static double seconds(Path one) {
        try {
            String stat = Files.readString(one.resolve("stat"));
            return Arrays.stream(stat.substring(stat.lastIndexOf(')') + 2).split(" ")).skip(11).limit(4)
                    .mapToLong(Long::parseLong).sum() / 100.0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Its memory in MB. */
    long rss() throws IOException {
        return Files.readAllLines(proc(process.pid()).resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst().orElse(0) / 1024;
    }

    static long payments(String condition) throws Exception {
        return number("payment", "SELECT count(*) FROM payment WHERE " + condition);
    }

    private static long mails() throws Exception {
        return number("notification", "SELECT count(*) FROM notification WHERE status IN ('sent', 'skipped')");
    }

    /** Until every payment has its mail; what is sent is counted only when no more is queued, since counting takes time, too. */
    static void awaitMails(int seconds) throws Exception {
        long count = payments("true");
        await(count + " mails", seconds, () -> number("notification", "SELECT last_value FROM notification_id_seq") >= count
                && number("notification", "SELECT count(*) FROM notification_work") == 0 && mails() >= count);
    }

    static long number(String database, String sql) throws Exception {
        try (Connection connection = connect(database); var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** In the payment role's database. */
    static void execute(String sql) throws Exception {
        try (Connection connection = connect("payment"); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static Connection connect(String database) throws Exception {
        return DriverManager.getConnection(url(database), "postgres", password());
    }

    private static String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + POSTGRES + "/" + database;
    }

    private static String password() throws IOException {
        return Files.readString(DATA.resolve("postgres-password")).strip();
    }

    /** Transactions a second of the two inserts of an accepted payment, without anything around them; -1 without pgbench. */
    static double pgbench(int clients, int seconds) throws Exception {
        Path script = Files.writeString(Path.of("target/bench.sql"), """
                BEGIN;
                INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) \
                VALUES (gen_random_uuid(), 'u1', 4999, 'USD', 'card', 'bench');
                INSERT INTO outbox (shard, topic, message_key, event_id, event_type, content_type, payload) \
                VALUES (0, 'bench', 'k', gen_random_uuid()::text, 'bench', 'application/protobuf', repeat('x', 120)::bytea);
                COMMIT;
                """);
        // The inserts go into tables of the same shape in a schema of their own, so that nothing publishes them.
        execute("CREATE SCHEMA IF NOT EXISTS bench; CREATE TABLE bench.payment (LIKE public.payment INCLUDING ALL);"
                + "CREATE TABLE bench.outbox (LIKE public.outbox INCLUDING ALL)");
        ProcessBuilder builder = new ProcessBuilder("pgbench", "-n", "-h", "127.0.0.1", "-p", "" + POSTGRES, "-U", "postgres",
                "-c", "" + clients, "-j", "2", "-T", "" + seconds, "-M", "prepared", "-f", script.toString(), "payment");
        builder.environment().put("PGPASSWORD", password());
        builder.environment().put("PGOPTIONS", "-c search_path=bench,public");
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(builder.redirectErrorStream(true).start().getInputStream()))) {
            String tps = lines.lines().filter(line -> line.startsWith("tps")).reduce((a, b) -> b).orElse("tps = -1");
            return Double.parseDouble(tps.split(" ")[2]);
        } catch (IOException e) {
            return -1;
        }
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
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    static void deleteData() throws IOException {
        if (Files.exists(DATA)) {
            try (Stream<Path> paths = Files.walk(DATA)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
