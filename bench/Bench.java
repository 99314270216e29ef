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
    private static final int END_TO_END = 20_000;
    private static final StringBuilder TABLE = new StringBuilder();

    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(args[0]);
        Payroute.deleteData();
        row("Machine", machine());
        Payroute payroute = start();
        accepting(payroute, seconds);
        endToEnd();
        payroute.stop();
        inFlight();

        Files.createDirectories(Path.of("bench/results"));
        Path file = Path.of("bench/results", Instant.now().toString().replace(':', '-') + ".md");
        Files.writeString(file, TABLE);
        System.out.println("\n| what | measured |\n|---|---|\n" + TABLE + "\nWritten to " + file);
    }

    private static Payroute start() throws Exception {
        long begin = System.nanoTime();
        Payroute payroute = Payroute.start();
        row("Ready, cold, with embedded servers", "%.1f s", since(begin));
        return payroute;
    }

    private static void accepting(Payroute payroute, int seconds) throws Exception {
        Load.run("/noop", CONNECTIONS, seconds, Integer.MAX_VALUE);
        Load.run("/pay", CONNECTIONS, seconds, Integer.MAX_VALUE);
        Payroute.awaitMails(Payroute.payments("true"), 600);
        Load noop = Load.run("/noop", CONNECTIONS, seconds, Integer.MAX_VALUE);
        row("POST that only answers 202", noop.row("no-op"));
        long before = payroute.rss();
        Load accept = Load.run("/pay", CONNECTIONS, seconds, Integer.MAX_VALUE);
        row("POST /pay, pipeline running", accept.row("accept"));
        row("accept / no-op", percent(accept.perSecond() / noop.perSecond()));
        row("Application RSS under load", Math.max(before, payroute.rss()) + " MB");
        long drain = System.nanoTime();
        Payroute.awaitMails(Payroute.payments("true"), 600);
        row("Backlog of these payments mailed after", "%.1f s", since(drain));
        double pgbench = Payroute.pgbench(CONNECTIONS, seconds);
        if (pgbench < 0) {
            row("pgbench, same two inserts", "pgbench is not installed");
        } else {
            row("pgbench, same two inserts, " + CONNECTIONS + " clients", "%,.0f/s", pgbench);
            row("accept / pgbench", percent(accept.perSecond() / pgbench));
        }
    }

    private static void endToEnd() throws Exception {
        long mails = Payroute.mails();
        long start = System.nanoTime();
        Load all = Load.run("/pay", CONNECTIONS, 600, END_TO_END);
        Payroute.awaitMails(mails + all.count(), 300);
        double took = since(start);
        row("POST to mail handed to SMTP, " + all.count() + " payments", "%.1f s, %,.0f/s", took, all.count() / took);
    }

    private static void inFlight() throws Exception {
        Payroute payroute = Payroute.start("payment.provider.sandbox.latency-min=2s", "payment.provider.sandbox.latency-max=4s",
                "payment.provider.sandbox.decline-percent=10");
        Load.run("/pay", CONNECTIONS, 3, 200);
        Payroute.awaitMails(Payroute.payments("true"), 600);
        long failed = Payroute.payments("status = 'failed'");
        long completed = Payroute.payments("status = 'completed'");
        long start = System.nanoTime();
        Load thousand = Load.run("/pay", CONNECTIONS, 60, 1_000);
        double posted = since(start);
        Payroute.await("charges", 120, () -> Payroute.payments("status NOT IN ('completed', 'failed')") == 0);
        row(String.format(Locale.ROOT, "%,d payments, provider latency 2 to 4 s, 10 %% declined", thousand.count()),
                "accepted in %.1f s, all final after %.1f s: %d completed, %d failed", posted, since(start),
                Payroute.payments("status = 'completed'") - completed, Payroute.payments("status = 'failed'") - failed);
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

    private static void row(String what, String format, Object... values) {
        String measured = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
        System.out.println(what + ": " + measured);
        TABLE.append("| ").append(what).append(" | ").append(measured).append(" |\n");
    }
}
