package io.payroute.crash;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.payroute.crash.Caller.Request;

/**
 * Callers that pay, each payment under an idempotency key of its own, every tenth sent once more after it was answered; some of
 * the payments are refunded. A bounded number of payments, one each interval; amounts and plans come from a seed.
 */
final class Load implements AutoCloseable {

    /** Of a hundred payments, so many have an amount that the sandbox answers in its own way. */
    private static final List<Long> MAGIC = List.of(4002L, 4002L, 4002L, 4002L, 4003L, 4003L, 4004L, 4008L, 4008L, 4008L, 4009L,
            4009L, 4009L, 5003L, 5003L, 5003L);

    private record Purchase(String key, long minor, boolean again, Refunds.Plan plan) {

        static Purchase of(String key, Random random) {
            int kind = random.nextInt(100);
            // Ordinary amounts lie above every magic one.
            long minor = kind < MAGIC.size() ? MAGIC.get(kind) : 10_000 + random.nextInt(1_000_000);
            return new Purchase(key, minor, random.nextInt(10) == 0, Refunds.Plan.of(random));
        }

        Request request() {
            String body = "{\"userId\":\"%1$s\",\"amount\":%2$d.%3$02d,\"currency\":\"USD\",\"method\":\"card\","
                    + "\"email\":\"%1$s@crash.test\"}";
            return new Request("/pay", key, String.format(Locale.ROOT, body, key, minor / 100, minor % 100), false);
        }
    }

    private final Caller caller;
    private final Answers answers;
    private final Refunds refunds;
    private final CountDownLatch open;
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();

    private Load(URI application, int count, Answers answers) {
        this.caller = new Caller(application);
        this.answers = answers;
        this.refunds = new Refunds(caller, answers);
        this.open = new CountDownLatch(count);
    }

    static Load start(URI application, String name, int count, Duration interval, long seed, Answers answers) {
        Load load = new Load(application, count, answers);
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            Purchase purchase = Purchase.of(name + "-" + i, random);
            load.caller.after(interval.multipliedBy(i), () -> load.buy(purchase));
        }
        return load;
    }

    private void buy(Purchase purchase) {
        pay(purchase, purchase.again() ? 2 : 1).thenCompose(id -> {
            answered.incrementAndGet();
            return refunds.follow(purchase.plan(), purchase.key(), id, purchase.minor());
        }).whenComplete((done, failure) -> {
            if (failure != null) {
                refusals.add(purchase.key() + ": " + failure);
            }
            open.countDown();
        });
    }

    /** @return the payment's id, answered so many times */
    private CompletableFuture<String> pay(Purchase purchase, int times) {
        return caller.post(purchase.request()).thenCompose(answer -> {
            String id = answer.must().getString("paymentId");
            answers.payment(purchase.key(), id);
            return times > 1 ? pay(purchase, times - 1) : CompletableFuture.completedFuture(id);
        });
    }

    /** Whether everything that was asked for was answered within that time. */
    boolean awaitDone(Duration atMost) throws InterruptedException {
        return open.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Payments that have been answered for good. */
    int answered() {
        return answered.get();
    }

    /** What was answered as if the caller had done wrong. */
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    int retries() {
        return caller.retries();
    }

    @Override
    public void close() {
        caller.close();
    }
}
