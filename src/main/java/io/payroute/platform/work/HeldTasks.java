package io.payroute.platform.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import io.payroute.platform.trace.TraceContext;

/**
 * What one consumer has claimed: the tasks that run, never more than {@code maxInFlight} and of one key {@code maxPerKey}, and those
 * that were claimed ahead and wait for their turn, at most {@code ahead}. One key takes no more than its share of what is ahead, so
 * that a slow one starves nobody.
 */
final class HeldTasks<T extends WorkTask> {

    /** A claimed task, whose lease may be renewed and whose beginning and end are told once. */
    static final class Held<T> {

        private final T task;
        private volatile long startUntil;
        private final TraceContext trace;
        private boolean started;

        private Held(T task, long startUntil, TraceContext trace) {
            this.task = task;
            this.startUntil = startUntil;
            this.trace = trace;
        }

        /** What it is part of, or null. */
        TraceContext trace() {
            return trace;
        }

        T task() {
            return task;
        }

        /** @return the {@link System#nanoTime} after which it is too late to begin */
        long startUntil() {
            return startUntil;
        }
    }

    private final int maxInFlight;
    private final int maxPerKey;
    private final int ahead;
    /** Of one key, those that wait included. */
    private final int perKey;
    private final Deque<Held<T>> waiting = new ArrayDeque<>();
    private final Map<String, Integer> held = new HashMap<>();
    private final Map<String, Integer> running = new HashMap<>();
    private final Map<T, Held<T>> begun = new IdentityHashMap<>();
    private int inFlight;

    /** @param maxPerKey 0 for no limit */
    HeldTasks(int maxInFlight, int maxPerKey, int ahead) {
        this.maxInFlight = maxInFlight;
        this.maxPerKey = maxPerKey > 0 ? maxPerKey : Integer.MAX_VALUE;
        this.ahead = ahead;
        this.perKey = maxPerKey > 0
                ? maxPerKey + (int) ((long) ahead * maxPerKey / Math.max(1, maxInFlight))
                : Integer.MAX_VALUE;
    }

    /** @return what may be claimed now; its limit is 0 when nothing may */
    synchronized Claim claim(int claimSize, Duration lease) {
        // What a key got above its share waits without a permit: it is of one claim at most, and the others go on.
        int over = held.values().stream().mapToInt(count -> Math.max(0, count - perKey)).sum();
        int room = maxInFlight + ahead - inFlight - waiting.size() + over;
        return new Claim(Math.max(0, Math.min(room, claimSize)), perKey, Map.copyOf(held), lease);
    }

    void add(List<T> claimed, long startUntil) {
        add(claimed, startUntil, Map.of());
    }

    /** @param traces by the tasks' trace keys */
    synchronized void add(List<T> claimed, long startUntil, Map<String, TraceContext> traces) {
        for (T task : claimed) {
            waiting.add(new Held<>(task, startUntil, traces.isEmpty() ? null : traces.get(task.traceKey())));
            held.merge(task.key(), 1, Integer::sum);
        }
    }

    /** Takes those that may begin now; each must be {@link #ended}. */
    synchronized List<Held<T>> begin() {
        List<Held<T>> now = new ArrayList<>();
        for (Iterator<Held<T>> next = waiting.iterator(); next.hasNext() && inFlight < maxInFlight;) {
            Held<T> one = next.next();
            String key = one.task().key();
            if (running.getOrDefault(key, 0) < maxPerKey) {
                next.remove();
                running.merge(key, 1, Integer::sum);
                begun.put(one.task(), one);
                inFlight++;
                now.add(one);
            }
        }
        return now;
    }

    /** It waits again, before all others. */
    synchronized void notBegun(Held<T> one) {
        if (leave(one)) {
            waiting.addFirst(one);
        }
    }

    /** @return false when it was taken meanwhile, and must not start */
    synchronized boolean start(Held<T> one) {
        one.started = begun.containsKey(one.task());
        return one.started;
    }

    /** @return false when it has ended before, or was taken */
    synchronized boolean ended(Held<T> one) {
        if (!leave(one)) {
            return false;
        }
        less(held, one.task().key());
        return true;
    }

    private boolean leave(Held<T> one) {
        if (begun.remove(one.task()) == null) {
            return false;
        }
        inFlight--;
        less(running, one.task().key());
        return true;
    }

    /** Takes those in flight that have started, or those that have not. */
    synchronized List<T> takeInFlight(boolean started) {
        List<Held<T>> these = begun.values().stream().filter(one -> one.started == started).toList();
        these.forEach(this::ended);
        return these.stream().map(Held::task).toList();
    }

    /** The lease of these was renewed. */
    synchronized void renewed(List<T> tasks, long startUntil) {
        tasks.stream().map(begun::get).filter(Objects::nonNull).forEach(one -> one.startUntil = startUntil);
    }

    /** Takes all that wait and have not begun. */
    synchronized List<T> takeWaiting() {
        return take(one -> true);
    }

    /** Takes those for which it is too late to begin. */
    synchronized List<T> takeLate() {
        long now = System.nanoTime();
        return take(one -> now - one.startUntil() > 0);
    }

    private List<T> take(Predicate<Held<T>> which) {
        List<T> tasks = waiting.stream().filter(which).map(Held::task).toList();
        tasks.forEach(task -> less(held, task.key()));
        waiting.removeIf(which);
        return tasks;
    }

    synchronized List<T> running() {
        return List.copyOf(begun.keySet());
    }

    synchronized int inFlight() {
        return inFlight;
    }

    synchronized int waiting() {
        return waiting.size();
    }

    private static void less(Map<String, Integer> counts, String key) {
        counts.computeIfPresent(key, (same, count) -> count > 1 ? count - 1 : null);
    }
}
