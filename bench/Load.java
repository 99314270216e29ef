import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a closed loop of connections measured: each sends its next payment when the answer to the last one is read. The generator
 * is wrk, because it shares the cores with what it measures.
 */
record Load(long count, double perSecond, double p50, double p99, long refused) {

    private static final int THREADS = 2;

    /** Ends after so many seconds. @param max about how many payments are sent at most; 0 for no limit */
    static Load run(String path, int connections, int seconds, int max) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(Long.toString(System.nanoTime(), 36)));
        if (max > 0) {
            arguments.add("" + max / THREADS);
        }
        return run("bench/load.lua", path, connections, seconds, arguments);
    }

    /** Orders of one piece. @param products comma separated, in turn */
    static Load orders(int connections, int seconds, String token, String products) throws IOException, InterruptedException {
        return run("bench/orders.lua", "/orders", connections, seconds, List.of(token, products));
    }

    private static Load run(String script, String path, int connections, int seconds, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("wrk", "-t", "" + THREADS, "-c", "" + connections, "-d", seconds + "s",
                "--timeout", "30s", "-s", script, Payroute.URL + path));
        command.addAll(arguments);
        Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(wrk.getInputStream()))) {
            String[] result = lines.lines().filter(line -> line.startsWith("RESULT")).findFirst()
                    .orElseThrow(() -> new IllegalStateException("wrk failed: " + script)).split(" ");
            long accepted = Long.parseLong(result[1]);
            Load load = new Load(accepted, accepted / (Long.parseLong(result[2]) / 1e6), Long.parseLong(result[3]) / 1e3,
                    Long.parseLong(result[4]) / 1e3, Long.parseLong(result[5]));
            System.out.println(load.row(path));
            return load;
        }
    }

    String row(String name) {
        return String.format(Locale.ROOT, "%s: %,.0f/s, p50 %.1f ms, p99 %.1f ms%s", name, perSecond, p50, p99,
                refused == 0 ? "" : ", refused " + refused);
    }
}
