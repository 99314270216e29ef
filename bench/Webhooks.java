import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Merchants' servers in this process, which take every webhook at once. */
final class Webhooks {

    private static final String DUE = """
            INSERT INTO webhook_delivery (endpoint_id, payment_id, event_id, type, payload)
            SELECT id, gen_random_uuid(), gen_random_uuid()::text, 'payment.completed', '{"type":"payment.completed"}'
            FROM webhook_endpoint, generate_series(1, %d) WHERE status = 'enabled'""";

    private Webhooks() {
    }

    /** From the first webhook to the last, of those that are due at once. */
    static double perSecond(int receivers, int webhooks) throws Exception {
        AtomicLong first = new AtomicLong();
        AtomicLong count = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            first.compareAndSet(0, System.nanoTime());
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
            count.incrementAndGet();
        });
        server.start();
        try {
            for (int i = 0; i < receivers; i++) {
                Payroute.post("/api/v1/webhook-endpoints",
                        "{\"url\":\"http://127.0.0.1:" + server.getAddress().getPort() + "/" + i + "\"}");
            }
            Payroute.execute(DUE.formatted(webhooks / receivers));
            Payroute.await("webhooks", 60, () -> count.get() >= webhooks);
            double seconds = (System.nanoTime() - first.get()) / 1e9;
            Payroute.await("their record", 60, () -> Payroute.number("payment",
                    "SELECT count(*) FROM webhook_delivery WHERE status = 'pending'") == 0);
            Payroute.execute("DELETE FROM webhook_delivery; DELETE FROM webhook_endpoint");
            return count.get() / seconds;
        } finally {
            server.stop(0);
            threads.shutdown();
        }
    }
}
