import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Orders beside payments alone, in one run: how many are paid a second, and what it costs that all want the same product. */
final class Orders {

    private static final int CONNECTIONS = 64;
    private static final int BUYERS = 50;
    private static final int PRODUCTS = 50;
    private static final int WARM_SECONDS = 8;
    /** Before, compiling the code takes more time than the orders do. */
    private static final int WARM_ORDERS = 3_000;
    private static final int PATIENCE = 300;
    /** So long at least no mail is made before the next phase begins. */
    private static final int QUIET_SECONDS = 2;
    private static final String PASSWORD = "one if by land, two if by sea";

    private Orders() {
    }

    static void measure(int seconds) throws Exception {
        // One buyer stands for all, and is not to meet his own limit.
        Payroute payroute = Payroute.start("rate-limit.enabled=false");
        String[] first = new String[1];
        // The first call of all may take longer than its deadline on a busy machine.
        Payroute.await("a user", PATIENCE, () -> {
            try {
                first[0] = administrator();
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        });
        String token = first[0];
        List<String> products = new ArrayList<>();
        for (int i = 0; i < PRODUCTS; i++) {
            products.add(field("product_id", Payroute.post("/products", "{\"name\":\"Product " + i
                    + "\",\"price\":12.50,\"stock\":1000000}", token)));
        }
        Payroute.await("the inventory", PATIENCE, () -> Payroute.number("inventory",
                "SELECT count(*) FROM stock WHERE available > 0") >= PRODUCTS);
        String all = String.join(",", products);
        Load.run("/pay", CONNECTIONS, WARM_SECONDS, 0);
        rest();
        while (paid() < WARM_ORDERS) {
            Load.orders(CONNECTIONS, WARM_SECONDS, token, all);
            rest();
        }

        long payments = Payroute.payments("true");
        long begin = System.nanoTime();
        Load.run("/pay", CONNECTIONS, seconds, 0);
        finish();
        double paymentsPerSecond = (Payroute.payments("true") - payments) / since(begin);
        Bench.row("Payments alone, POST to completed", "%,.0f/s", paymentsPerSecond);

        rest();
        long orders = paid();
        Figures figures = Figures.now();
        begin = System.nanoTime();
        Load load = Load.orders(CONNECTIONS, seconds, token, all);
        finish();
        double took = since(begin);
        long count = paid() - orders;
        Bench.row("Orders, POST to PAID", "%,.0f/s, made at %,.0f/s", count / took, load.perSecond());
        Bench.row("orders / payments alone", "%.2f (asked: 0.25)", count / took / paymentsPerSecond);
        Figures.now().since(figures).rows(count).forEach((what, measured) -> Bench.row(what.replace("payment", "order"), measured));

        rest();
        Load spread = Load.orders(BUYERS, seconds, token, all);
        rest();
        Load crowded = Load.orders(BUYERS, seconds, token, products.get(0));
        Bench.row(BUYERS + " buyers, a product each", spread.row("orders"));
        Bench.row(BUYERS + " buyers, one product", crowded.row("orders"));
        Bench.row("p99 one product / p99 a product each", String.format(Locale.ROOT, "%.1f (asked: below 10)",
                crowded.p99() / spread.p99()));
        Bench.row("Application RSS, all roles", payroute.rss() + " MB");
        payroute.stop();
    }

    /** A user who may buy and keep the catalogue. @return his token */
    private static String administrator() throws Exception {
        String email = "bench-" + UUID.randomUUID() + "@shop.test";
        String login = "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"";
        String id = field("user_id", Payroute.post("/users", login + ",\"name\":\"Bench\"}", null));
        Payroute.put("/api/v1/users/" + id + "/admin");
        return field("access_token", Payroute.post("/user/auth", login + "}", null));
    }

    private static String field(String name, String json) {
        Matcher value = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
        if (!value.find()) {
            throw new IllegalStateException("No " + name + " in " + json);
        }
        return value.group(1);
    }

    private static long paid() throws Exception {
        return Payroute.number("order", "SELECT count(*) FROM orders WHERE status = 'PAID'");
    }

    /** Until every payment and every order has ended. */
    private static void finish() throws Exception {
        Payroute.await("orders", PATIENCE, () -> Payroute.number("order", "SELECT count(*) FROM order_saga") == 0);
        Payroute.await("payments", PATIENCE, () -> Payroute.payments("status NOT IN ('completed', 'failed')") == 0);
    }

    /**
     * Until there is nothing left to do that would be counted with what follows. Mails come behind their payments: that none waits says
     * nothing while more are on their way.
     */
    private static void rest() throws Exception {
        finish();
        long[] made = {-1};
        Payroute.await("mails", PATIENCE, () -> {
            long before = made[0];
            made[0] = Payroute.number("notification", "SELECT last_value FROM notification_id_seq");
            TimeUnit.SECONDS.sleep(QUIET_SECONDS);
            return before == made[0]
                    && Payroute.number("notification", "SELECT count(*) FROM notification_work") == 0;
        });
    }

    private static double since(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }
}
