package io.payroute.platform.work;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Tells the consumer of a queue in this process that something was committed for it, so that it polls now and not at its next interval.
 * Only a hint: what nobody wakes for, because another process wrote it or this one died, is found by polling.
 */
public final class WakeUps {

    /** What waits for longer is found by polling soon enough. */
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Map<String, List<Runnable>> LISTENERS = new ConcurrentHashMap<>();

    private WakeUps() {
    }

    /** To be called after the commit. @param queue its name, as after {@code work:}; {@code <role>-outbox} for events */
    public static void wake(String queue) {
        LISTENERS.getOrDefault(queue, List.of()).forEach(Runnable::run);
    }

    /** As {@link #wake(String)}, when something has become due: a pause that is over is not found late by as much as a poll. */
    public static void wake(String queue, Duration delay) {
        if (delay.isZero()) {
            wake(queue);
        } else if (delay.compareTo(LONGEST) < 0) {
            CompletableFuture.delayedExecutor(delay.toMillis() + 1, TimeUnit.MILLISECONDS).execute(() -> wake(queue));
        }
    }

    /** @param listener returns at once */
    public static void add(String queue, Runnable listener) {
        LISTENERS.computeIfAbsent(queue, name -> new CopyOnWriteArrayList<>()).add(listener);
    }

    public static void remove(String queue, Runnable listener) {
        LISTENERS.getOrDefault(queue, new CopyOnWriteArrayList<>()).remove(listener);
    }
}
