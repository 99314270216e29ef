import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a closed loop of connections measured: each sends its next payment when the answer to the last one is read. Every payment
 * is another user's, so that no user meets his limit.
 */
record Load(long count, double perSecond, double p50, double p99, long refused) {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final AtomicInteger USERS = new AtomicInteger();

    /** Ends after so many seconds or payments. */
    static Load run(String path, int connections, int seconds, int max) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicLong refused = new AtomicLong();
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        List<long[]> times = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int c = 0; c < connections; c++) {
            Thread thread = new Thread(() -> {
                long[] mine = new long[Math.min(max, 200_000)];
                int n = 0;
                int i;
                while ((i = next.getAndIncrement()) < max && System.nanoTime() < end) {
                    long t = System.nanoTime();
                    int status = post(path, i);
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

    private static int post(String path, int i) {
        String body = "{\"userId\":\"u" + i % 5000 + "\",\"amount\":" + (1 + i % 30) + "." + (10 + i % 89) + ",\"method\":\"card\"}";
        try {
            return CLIENT.send(HttpRequest.newBuilder(URI.create(Payroute.URL + path)).timeout(Duration.ofSeconds(30))
                    .header("Content-Type", "application/json").header("X-User-ID", "bench-" + USERS.incrementAndGet())
                    .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException e) {
            return 0;
        }
    }

    private static double at(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1e6;
    }

    String row(String name) {
        return String.format(Locale.ROOT, "%s: %,.0f/s, p50 %.1f ms, p99 %.1f ms%s", name, perSecond, p50, p99,
                refused == 0 ? "" : ", refused " + refused);
    }
}
