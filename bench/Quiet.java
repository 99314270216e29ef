import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What no load shows: what the application costs while it has nothing to do, and how long one payment takes then. */
final class Quiet {

    private static final int SETTLE_SECONDS = 15;
    private static final int PAYMENTS = 40;

    private Quiet() {
    }

    /** The processor's time of each process group while nothing happens, in percent of one core. */
    static String processor(Payroute payroute, int seconds) throws Exception {
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        Payroute.Processor begin = payroute.processor();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        Payroute.Processor end = payroute.processor();
        double percent = 100 / ((System.nanoTime() - start) / 1e9);
        return String.format(Locale.ROOT, "application %.1f %% and its compiler %.1f %%, PostgreSQL %.1f %%, Kafka and mail server %.1f %%",
                (end.application() - begin.application()) * percent, (end.compiler() - begin.compiler()) * percent,
                (end.postgres() - begin.postgres()) * percent,
                (end.servers() - begin.servers()) * percent);
    }

    /** One after the other, each a while after the last: from the POST until its answer says completed. */
    static String payment() throws Exception {
        double[] milliseconds = new double[PAYMENTS];
        for (int i = 0; i < PAYMENTS; i++) {
            TimeUnit.MILLISECONDS.sleep(100);
            long start = System.nanoTime();
            String answer = Payroute.post("/process-payment", "{\"userId\":\"quiet-" + i
                    + "\",\"amount\":49.99,\"currency\":\"USD\",\"method\":\"card\"}");
            milliseconds[i] = (System.nanoTime() - start) / 1e6;
            if (!answer.contains("\"completed\"")) {
                throw new IllegalStateException("Not completed: " + answer);
            }
        }
        Arrays.sort(milliseconds);
        return String.format(Locale.ROOT, "median %.1f ms, p90 %.1f ms", milliseconds[PAYMENTS / 2],
                milliseconds[PAYMENTS * 9 / 10]);
    }
}
