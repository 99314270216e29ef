package io.payroute.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Callers that behave as the contract asks: each payment has an idempotency key of its own and is repeated under that key,
 * whatever goes wrong, until it is answered 2xx; every tenth is then sent once more. A bounded number of threads and payments,
 * amounts from a seed, one payment each interval.
 */
final class Load implements AutoCloseable {

    private static final int THREADS = 12;
    private static final Duration RETRY = Duration.ofMillis(150);
    private static final Pattern PAYMENT_ID = Pattern.compile("\"paymentId\":\"([0-9a-f-]{36})\"");
    /** Of a hundred payments, so many have an amount that the sandbox answers in its own way. */
    private static final List<Long> MAGIC = List.of(4002L, 4002L, 4002L, 4002L, 4003L, 4003L, 4004L, 4008L, 4008L, 4008L, 4009L,
            4009L, 4009L, 5003L, 5003L, 5003L);

    private record Request(String key, String body) {
    }

    private final URI pay;
    private final Map<String, Set<String>> answers;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "load");
        thread.setDaemon(true);
        return thread;
    });
    private final int count;
    private final CountDownLatch open;
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger retries = new AtomicInteger();

    /** @param answers where the ids are collected that each key was answered with */
    private Load(URI pay, int count, Map<String, Set<String>> answers) {
        this.pay = pay;
        this.answers = answers;
        this.count = count;
        this.open = new CountDownLatch(count);
    }

    static Load start(URI pay, String name, int count, Duration interval, long seed, Map<String, Set<String>> answers) {
        Load load = new Load(pay, count, answers);
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            Request request = request(name + "-" + i, random);
            boolean again = random.nextInt(10) == 0;
            load.threads.schedule(() -> load.attempt(request, again), interval.toNanos() * i, TimeUnit.NANOSECONDS);
        }
        return load;
    }

    private static Request request(String key, Random random) {
        int kind = random.nextInt(100);
        // Ordinary amounts lie above every magic one.
        long minor = kind < MAGIC.size() ? MAGIC.get(kind) : 10_000 + random.nextInt(1_000_000);
        return new Request(key, String.format(Locale.ROOT,
                "{\"userId\":\"%1$s\",\"amount\":%2$d.%3$02d,\"currency\":\"USD\",\"method\":\"card\",\"email\":\"%1$s@crash.test\"}",
                key, minor / 100, minor % 100));
    }

    private void attempt(Request request, boolean again) {
        try {
            HttpResponse<String> response = http.send(HttpRequest.newBuilder(pay).timeout(Duration.ofSeconds(8))
                    .header("Authorization", "Bearer " + ApplicationProcess.TOKEN).header("Content-Type", "application/json")
                    .header("Idempotency-Key", request.key()).POST(HttpRequest.BodyPublishers.ofString(request.body())).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 == 2) {
                answered(request, response.body(), again);
                return;
            }
            if (response.statusCode() / 100 == 4 && response.statusCode() != 409) {
                refusals.add(request.key() + " was refused: " + response.statusCode() + " " + response.body());
                open.countDown();
                return;
            }
        } catch (IOException e) {
            // no answer: nobody knows what became of it
        } catch (InterruptedException e) {
            return;
        }
        retries.incrementAndGet();
        later(request, again);
    }

    private void answered(Request request, String body, boolean again) {
        Matcher id = PAYMENT_ID.matcher(body);
        if (!id.find()) {
            refusals.add(request.key() + " was answered without a payment id: " + body);
        } else {
            answers.computeIfAbsent(request.key(), key -> ConcurrentHashMap.newKeySet()).add(id.group(1));
        }
        if (again) {
            later(request, false);
        } else {
            open.countDown();
        }
    }

    private void later(Request request, boolean again) {
        try {
            threads.schedule(() -> attempt(request, again), RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // closed
        }
    }

    /** Whether every payment was answered within that time. */
    boolean awaitDone(Duration atMost) throws InterruptedException {
        return open.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Payments that have been answered for good. */
    long answered() {
        return count - open.getCount();
    }

    /** Payments that were answered as if the caller had done wrong. */
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    int retries() {
        return retries.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
