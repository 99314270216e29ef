package io.payroute.platform.http;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.jboss.logging.Logger;

import io.payroute.platform.Causes;

/**
 * Requests that wait until something has ended, without a thread each. What ends in this process is told by {@link #ended}; what
 * ends in another is found by one query for all that is waited for, so often as the interval says, and only while somebody waits.
 * <p>
 * No request waits longer than it may, and not more than {@code max} wait at once: one more is answered at once that it has not
 * ended, immediately. What follows on a wait may block: it runs on threads of its own, and delays neither a poll nor anybody's
 * end of patience.
 */
public final class Waiters<T> implements AutoCloseable {

    /** Reads, of those requested, what has ended. */
    @FunctionalInterface
    public interface Lookup<T> {
        Map<UUID, T> ended(Collection<UUID> ids) throws Exception;
    }

    private static final Logger LOG = Logger.getLogger(Waiters.class);
    private static final int ANSWER_THREADS = 8;
    private static final int DRAIN_SECONDS = 5;

    private final int max;
    private final Lookup<T> lookup;
    private final Map<UUID, Set<CompletableFuture<Optional<T>>>> waiting = new ConcurrentHashMap<>();
    private final Set<UUID> toldOf = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looksSoon = new AtomicBoolean();
    private final AtomicInteger count = new AtomicInteger();
    private final ScheduledExecutorService poller;
    private final ExecutorService answers;

    public Waiters(String name, int max, Duration interval, Lookup<T> lookup) {
        this.max = max;
        this.lookup = lookup;
        this.poller = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        this.answers = Executors.newFixedThreadPool(ANSWER_THREADS, task -> {
            Thread thread = new Thread(task, name + "-answer");
            thread.setDaemon(true);
            return thread;
        });
        poller.scheduleWithFixedDelay(() -> poll(waiting.keySet()), interval.toMillis(), interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** @return completed when it has ended, or empty when the patience has, or when too many wait already */
    public CompletionStage<Optional<T>> await(UUID id, Duration patience) {
        if (count.incrementAndGet() > max || poller.isShutdown()) {
            count.decrementAndGet();
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<Optional<T>> waiter = new CompletableFuture<>();
        waiting.compute(id, (key, others) -> {
            Set<CompletableFuture<Optional<T>>> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(waiter);
            return all;
        });
        CompletionStage<Optional<T>> answer = waiter.whenComplete((result, failure) -> leave(id, waiter))
                .thenApplyAsync(Function.identity(), answers);
        waiter.completeOnTimeout(Optional.empty(), patience.toMillis(), TimeUnit.MILLISECONDS);
        // It may have ended before anybody waited.
        ended(List.of(id));
        return answer;
    }

    private void leave(UUID id, CompletableFuture<Optional<T>> waiter) {
        count.decrementAndGet();
        waiting.computeIfPresent(id, (key, all) -> {
            all.remove(waiter);
            return all.isEmpty() ? null : all;
        });
    }

    /** To be told after the commit. Costs next to nothing when nobody waits. */
    public void ended(Collection<UUID> ids) {
        if (waiting.isEmpty() || poller.isShutdown()) {
            return;
        }
        for (UUID id : ids) {
            if (waiting.containsKey(id)) {
                toldOf.add(id);
            }
        }
        if (!toldOf.isEmpty() && looksSoon.compareAndSet(false, true)) {
            try {
                poller.execute(this::pollSignalled);
            } catch (RejectedExecutionException e) {
                // closed meanwhile: nobody waits any more
            }
        }
    }

    private void pollSignalled() {
        looksSoon.set(false);
        Set<UUID> ids = Set.copyOf(toldOf);
        toldOf.removeAll(ids);
        poll(ids);
    }

    private void poll(Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return;
        }
        try {
            lookup.ended(List.copyOf(ids)).forEach((id, found) -> {
                for (CompletableFuture<Optional<T>> waiter : waiting.getOrDefault(id, Set.of())) {
                    waiter.complete(Optional.of(found));
                }
            });
        } catch (Exception e) {
            // The next poll may find it; a client without an outcome in time gets the address to query.
            LOG.warnf("event=poll-failed waiting=%d cause=%s", count.get(), Causes.brief(e));
        }
    }

    int count() {
        return count.get();
    }

    /** Ends all waits at once. */
    @Override
    public void close() {
        poller.shutdown();
        waiting.values().forEach(all -> all.forEach(waiter -> waiter.complete(Optional.empty())));
        answers.shutdown();
        try {
            answers.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
