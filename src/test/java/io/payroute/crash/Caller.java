package io.payroute.crash;

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
 * Calls as the contract says: whatever goes wrong, a request is sent again, under its idempotency key, until it is answered for
 * good.
 */
final class Caller implements AutoCloseable {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    /** Callers that hammer keep an application from starting that shares their processors. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(1_000);

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
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
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

    /** Calls again and again. @param enough of an answer 2xx; 4xx is always enough */
    CompletableFuture<Answer> get(String path, Predicate<Answer> enough) {
        return until(to(path).GET().build(), answer -> answer.refused() || answer.accepted() && enough.test(answer));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(application.resolve(path)).timeout(Duration.ofSeconds(8)).header("Authorization",
                "Bearer " + ApplicationProcess.TOKEN);
    }

    private CompletableFuture<Answer> until(HttpRequest request, Predicate<Answer> enough) {
        CompletableFuture<Answer> answered = new CompletableFuture<>();
        attempt(request, enough, answered, FIRST_PAUSE);
        return answered;
    }

    private void attempt(HttpRequest request, Predicate<Answer> enough, CompletableFuture<Answer> answered, Duration pause) {
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle((response, failure) -> {
            Answer answer = failure == null ? new Answer(response.statusCode(), response.body()) : null;
            if (answer != null && enough.test(answer)) {
                return answered.complete(answer);
            }
            if (answer == null || !answer.accepted()) {
                // Without an answer, nobody knows what became of it.
                retries.incrementAndGet();
            }
            Duration longer = pause.multipliedBy(2);
            after(pause, () -> attempt(request, enough, answered,
                    longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE));
            return false;
        }).exceptionally(answered::completeExceptionally);
    }

    void after(Duration delay, Runnable task) {
        try {
            clock.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
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
        clock.shutdownNow();
    }
}
