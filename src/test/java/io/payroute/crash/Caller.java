package io.payroute.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import io.vertx.core.json.JsonObject;

/**
 * Asks as the contract says: whatever goes wrong, a request is sent again, under its idempotency key, until it is answered for
 * good.
 */
final class Caller implements AutoCloseable {

    private static final int THREADS = 12;
    private static final Duration RETRY = Duration.ofMillis(150);

    /** @param conflictStands whether 409 is the answer, and not "later" */
    record Request(String path, String key, String body, boolean conflictStands) {
    }

    record Answer(int status, String body) {

        boolean accepted() {
            return status / 100 == 2;
        }

        boolean refused() {
            return status / 100 == 4;
        }

        JsonObject json() {
            return new JsonObject(body);
        }

        /** @throws IllegalStateException when it is a refusal, which this caller did not deserve */
        JsonObject must() {
            if (!accepted()) {
                throw new IllegalStateException("refused: " + status + " " + body);
            }
            return json();
        }
    }

    private final URI application;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "caller");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger retries = new AtomicInteger();

    Caller(URI application) {
        this.application = application;
    }

    CompletableFuture<Answer> post(Request request) {
        HttpRequest post = to(request.path()).header("Content-Type", "application/json")
                .header("Idempotency-Key", request.key()).POST(HttpRequest.BodyPublishers.ofString(request.body())).build();
        return until(post,
                answer -> answer.accepted() || answer.refused() && (answer.status() != 409 || request.conflictStands()));
    }

    /** Asks again and again. @param enough of an answer 2xx; 4xx is always enough */
    CompletableFuture<Answer> get(String path, Predicate<Answer> enough) {
        return until(to(path).GET().build(), answer -> answer.refused() || answer.accepted() && enough.test(answer));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(application.resolve(path)).timeout(Duration.ofSeconds(8)).header("Authorization",
                "Bearer " + ApplicationProcess.TOKEN);
    }

    private CompletableFuture<Answer> until(HttpRequest request, Predicate<Answer> enough) {
        CompletableFuture<Answer> answered = new CompletableFuture<>();
        after(Duration.ZERO, () -> attempt(request, enough, answered));
        return answered;
    }

    private void attempt(HttpRequest request, Predicate<Answer> enough, CompletableFuture<Answer> answered) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            Answer answer = new Answer(response.statusCode(), response.body());
            if (enough.test(answer)) {
                answered.complete(answer);
                return;
            }
            if (!answer.accepted()) {
                retries.incrementAndGet();
            }
        } catch (IOException e) {
            // no answer: nobody knows what became of it
            retries.incrementAndGet();
        } catch (InterruptedException e) {
            return;
        } catch (RuntimeException e) {
            answered.completeExceptionally(e);
            return;
        }
        after(RETRY, () -> attempt(request, enough, answered));
    }

    void after(Duration delay, Runnable task) {
        try {
            threads.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // closed
        }
    }

    /** How often no answer, or none for good, came. */
    int retries() {
        return retries.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
