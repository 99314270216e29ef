package io.payroute.crash;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

/** Callers that pay, one payment each interval, every payment under an idempotency key of its own, and follow some of them up. */
final class Load implements AutoCloseable {

    private final Caller caller;
    private final Answers answers;
    private final FollowUps followUps;
    private final CountDownLatch open;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger coming;
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();

    private Load(URI application, int count, Answers answers) {
        this.caller = new Caller(application);
        this.answers = answers;
        this.followUps = new FollowUps(caller, answers);
        this.open = new CountDownLatch(count);
        this.coming = new AtomicInteger(count);
    }

    /** @param first what must be done before anybody pays */
    static Load start(URI application, List<Purchase> purchases, Duration interval, Answers answers,
            CompletableFuture<?> first) {
        Load load = new Load(application, purchases.size(), answers);
        for (int i = 0; i < purchases.size(); i++) {
            Purchase purchase = purchases.get(i);
            load.caller.after(interval.multipliedBy(i), () -> load.buy(purchase, first));
        }
        return load;
    }

    /** Whether nobody is left who will pay later. */
    boolean hasBegunAll() {
        return coming.get() == 0;
    }

    private void buy(Purchase purchase, CompletableFuture<?> first) {
        coming.decrementAndGet();
        first.thenCompose(done -> pay(purchase, purchase.again() ? 2 : 1)).thenCompose(id -> {
            answered.incrementAndGet();
            return followUps.follow(purchase.plan(), purchase.key(), id, purchase.minor());
        }).whenComplete((done, failure) -> {
            if (failure != null) {
                refusals.add(purchase + ": " + failure);
            }
            open.countDown();
        });
    }

    /** @return the payment's id, answered so many times */
    private CompletableFuture<String> pay(Purchase purchase, int times) {
        return caller.post(purchase.request()).thenCompose(answer -> {
            String id = answer.must().getString(purchase.idField());
            answers.payment(purchase.key(), id);
            return times > 1 ? pay(purchase, times - 1) : CompletableFuture.completedFuture(id);
        });
    }

    /** Waits until everything that was requested was answered for good, and as the callers deserve it. */
    void finish() throws InterruptedException {
        boolean done = open.await(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(refusals.stream().limit(5)).as("what was answered as if the caller had done wrong").isEmpty();
        assertThat(done).as("all that was requested was answered, but for " + open.getCount()).isTrue();
    }

    /** Payments that have been answered for good. */
    int answered() {
        return answered.get();
    }

    int retries() {
        return caller.retries();
    }

    @Override
    public void close() {
        caller.close();
    }
}
