import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/**
 * The benchmark: everything in one run on one machine, the load generator included, so that its figures are ratios of each
 * other.
 */
public class Bench {

    private static final int CONNECTIONS = 64;
    private static final int BURST_SECONDS = 2;
    private static final int WARM = 20_000;
    private static final int WEBHOOKS = 3_000;
    private static final StringBuilder TABLE = new StringBuilder();

    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(args[0]);
        if (args.length > 1) {
            part(args[1], seconds);
            return;
        }
        Payroute.deleteData();
        row("Machine", machine());
        Payroute payroute = start("Ready, cold, with embedded servers");
        Figures.prepare();
        payroute.stop();
        payroute = start("Ready, warm");
        payroute.stop();
        alone();
        payroute = Payroute.start();
        warmUp();
        quiet(payroute, seconds);
        webhooks();
        endToEnd(seconds);
        accepting(payroute, seconds);
        payroute.stop();
        Orders.measure(seconds);
        Aggregated.measure(seconds);
        Payroute.deleteData();
        inFlight();
        print();
    }

    private static void part(String part, int seconds) throws Exception {
        Payroute.deleteData();
        row("Machine", machine());
        Payroute payroute = Payroute.start();
        Figures.prepare();
        payroute.stop();
        switch (part) {
            case "orders" -> Orders.measure(seconds);
            case "aggregator" -> Aggregated.measure(seconds);
            case "payments" -> payments(seconds);
            default -> throw new IllegalArgumentException("Of " + part + " there is no bench: payments, orders or aggregator");
        }
        print();
    }

    private static void payments(int seconds) throws Exception {
        Payroute payroute = Payroute.start();
        warmUp();
        row("POST to completed, one payment at a time", Quiet.payment());
        endToEnd(seconds);
        accepting(payroute, seconds);
        payroute.stop();
    }

    private static void print() throws IOException {
        Files.createDirectories(Path.of("bench/results"));
        Path file = Path.of("bench/results", Instant.now().toString().replace(':', '-') + ".md");
        Files.writeString(file, TABLE);
        System.out.println("\n| what | measured |\n|---|---|\n" + TABLE + "\nWritten to " + file);
    }

    private static Payroute start(String what) throws Exception {
        long begin = System.nanoTime();
        Payroute payroute = Payroute.start();
        row(what, "%.1f s", since(begin));
        return payroute;
    }

    /** Its servers are there before it. */
    private static void alone() throws Exception {
        Process servers = Payroute.startServers();
        long begin = System.nanoTime();
        Payroute payroute = Payroute.startAlone();
        row("Ready, alone, its servers running", "%.1f s", since(begin));
        payroute.stop();
        servers.getOutputStream().close();
        servers.waitFor();
    }

    /** Until the code of the whole way is compiled: before, that takes more time than the payments do. */
    private static void warmUp() throws Exception {
        Load.run("/noop", CONNECTIONS, 3, 0);
        while (Payroute.payments("true") < WARM) {
            Load.run("/pay", CONNECTIONS, BURST_SECONDS, 0);
            Payroute.awaitMails(600);
        }
    }

    private static void quiet(Payroute payroute, int seconds) throws Exception {
        row("Idle, of one core", Quiet.processor(payroute, 2 * seconds));
        row("POST to completed, one payment at a time", Quiet.payment());
    }

    private static void webhooks() throws Exception {
        Webhooks.perSecond(10, WEBHOOKS);
        row("Webhooks to one receiver, 4 at once", "%,.0f/s", Webhooks.perSecond(1, WEBHOOKS));
        row("Webhooks to ten receivers, 4 at once to each", "%,.0f/s", Webhooks.perSecond(10, WEBHOOKS));
    }

    /** From the first POST to the last mail, and what the database did for it. */
    private static void endToEnd(int seconds) throws Exception {
        long payments = Payroute.payments("true");
        Figures begin = Figures.now();
        long start = System.nanoTime();
        Load.run("/pay", CONNECTIONS, BURST_SECONDS, 0);
        Payroute.awaitMails(600);
        double took = since(start);
        long count = Payroute.payments("true") - payments;
        row(String.format(Locale.ROOT, "POST to mail handed to SMTP, %,d payments", count), "%.1f s, %,.0f/s", took,
                count / took);
        Figures.now().since(begin).rows(count).forEach((what, measured) -> row(what, measured));
        double pgbench = Payroute.pgbench(CONNECTIONS, seconds);
        row("pgbench, the two inserts of an accepted payment, " + CONNECTIONS + " clients",
                pgbench < 0 ? "pgbench is not installed" : String.format(Locale.ROOT, "%,.0f/s", pgbench));
    }

    private static void accepting(Payroute payroute, int seconds) throws Exception {
        Load noop = Load.run("/noop", CONNECTIONS, seconds, 0);
        row("POST that only answers 202", noop.row("no-op"));
        long before = payroute.rss();
        Load accept = Load.run("/pay", CONNECTIONS, seconds, 0);
        row("POST /pay, pipeline running", accept.row("accept"));
        row("accept / no-op", percent(accept.perSecond() / noop.perSecond()));
        row("Application RSS under load", Math.max(before, payroute.rss()) + " MB");
    }

    private static void inFlight() throws Exception {
        Payroute payroute = Payroute.start("payment.provider.sandbox.latency-min=2s", "payment.provider.sandbox.latency-max=4s",
                "payment.provider.sandbox.decline-percent=10");
        Load.run("/pay", CONNECTIONS, 1, 200);
        Payroute.awaitMails(600);
        long start = System.nanoTime();
        long payments = Payroute.payments("true");
        long failed = Payroute.payments("status = 'failed'");
        Load.run("/pay", CONNECTIONS, 1, 1_000);
        Payroute.await("charges", 120, () -> Payroute.payments("status NOT IN ('completed', 'failed')") == 0);
        row(String.format(Locale.ROOT, "%,d payments, provider latency 2 to 4 s, 10 %% declined",
                Payroute.payments("true") - payments), "all final after %.1f s, %d failed", since(start),
                Payroute.payments("status = 'failed'") - failed);
        payroute.stop();
    }

    private static double since(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    private static String machine() throws IOException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2)).findFirst().orElse("unknown processor");
        return Runtime.getRuntime().availableProcessors() + " cores, " + cpu + ", JDK " + Runtime.version().feature()
                + "; load generator, application, PostgreSQL and Kafka share them";
    }

    private static String percent(double ratio) {
        return Math.round(ratio * 100) + " %";
    }

    static void row(String what, String format, Object... values) {
        String measured = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
        System.out.println(what + ": " + measured);
        TABLE.append("| ").append(what).append(" | ").append(measured).append(" |\n");
    }
}
