package io.payroute.platform.sql;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import io.payroute.platform.Refusal;
import io.payroute.platform.Transient;

/**
 * Collects concurrent requests into one statement and one commit, because round trips and commits, not rows, are what a
 * database write costs.
 * <p>
 * A request is answered only after the commit that holds it. The queue is bounded: a request that finds it full is refused at
 * once. One thread writes at a time, since fewer and larger batches cost least; with a second one, a connection that hangs holds up
 * the others for a twentieth of a second only. When a statement for many fails for another reason than an unavailable database,
 * each is tried alone, so that one bad request fails nobody else.
 */
public final class GroupCommit<T, R> implements AutoCloseable {

    /** Writes all requests in one transaction and returns one answer a request, in order. */
    @FunctionalInterface
    public interface Writer<T, R> {
        List<R> write(List<T> requests) throws Exception;
    }

    /** The linger of steps that no caller waits for: fewer and larger statements are worth it. */
    public static final Duration MOMENT = Duration.ofMillis(5);

    /** After so long a statement counts as one that hangs, and another thread writes what waits. */
    private static final Duration LATE = Duration.ofMillis(50);

    private record Pending<T, R>(T request, CompletableFuture<R> answer) {
    }

    private final String name;
    private final int maxBatch;
    private final long lingerNanos;
    private final long lateNanos;
    private final BlockingQueue<Pending<T, R>> queue;
    private final Writer<T, R> writer;
    private final ReentrantLock turn = new ReentrantLock();
    /** When whoever has the turn began to write; zero while nobody does. */
    private volatile long writingSince;
    private final List<Thread> flushers = new ArrayList<>();
    private volatile boolean closed;

    public GroupCommit(String name, int flushers, int maxBatch, int queueCapacity, Writer<T, R> writer) {
        this(name, flushers, maxBatch, queueCapacity, Duration.ZERO, LATE, writer);
    }

    /** @param linger how long a batch that is not full waits for more */
    public GroupCommit(String name, int flushers, int maxBatch, int queueCapacity, Duration linger, Writer<T, R> writer) {
        this(name, flushers, maxBatch, queueCapacity, linger, LATE, writer);
    }

    GroupCommit(String name, int flushers, int maxBatch, int queueCapacity, Duration linger, Duration late,
            Writer<T, R> writer) {
        this.name = name;
        this.lingerNanos = linger.toNanos();
        this.lateNanos = late.toNanos();
        this.maxBatch = maxBatch;
        this.queue = new ArrayBlockingQueue<>(queueCapacity);
        this.writer = writer;
        for (int i = 0; i < flushers; i++) {
            Thread thread = new Thread(this::run, name + "-" + i);
            thread.setDaemon(true);
            thread.start();
            this.flushers.add(thread);
        }
    }

    /**
     * Hands a request over.
     *
     * @return completed after the commit, or exceptionally with what the writer threw
     * @throws RejectedExecutionException when the queue is full or this is closed; nothing was written
     */
    public CompletableFuture<R> submit(T request) {
        Pending<T, R> pending = new Pending<>(request, new CompletableFuture<>());
        if (closed || !queue.offer(pending)) {
            throw new RejectedExecutionException(name + (closed ? " is closed" : " queue is full"));
        }
        if (closed && flushers.stream().noneMatch(Thread::isAlive) && queue.remove(pending)) {
            throw new RejectedExecutionException(name + " is closed");
        }
        return pending.answer();
    }

    /**
     * Hands a request over that is of no use to anybody after the time-out.
     *
     * @return as of {@link #submit(Object)}, or completed with a {@link TimeoutException} when no commit came in time; a request that
     *         still waits in the queue is then never written, one whose statement runs may be
     */
    public CompletableFuture<R> submit(T request, Duration timeout) {
        return submit(request).orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Hands a request over and waits for its commit.
     *
     * @throws TimeoutException as of {@link #submit(Object, Duration)}
     */
    public R write(T request, Duration timeout) throws Exception {
        try {
            return submit(request, timeout).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /**
     * The same, for a caller who is told that the database is slow.
     *
     * @throws Refusal when the queue is full or no commit came in time; it may be written all the same
     */
    public R answer(T request, Duration timeout) throws Exception {
        try {
            return write(request, timeout);
        } catch (RejectedExecutionException | TimeoutException e) {
            throw Refusal.unavailable(1);
        }
    }

    /** Requests that wait for a flusher. */
    public int depth() {
        return queue.size();
    }

    private void run() {
        List<Pending<T, R>> batch = new ArrayList<>(maxBatch);
        while (!closed || !queue.isEmpty()) {
            boolean mine = false;
            try {
                mine = turn.tryLock(lateNanos, TimeUnit.NANOSECONDS);
                collect(batch, mine ? queue.take() : late());
                if (!batch.isEmpty()) {
                    if (mine) {
                        writingSince = System.nanoTime();
                    }
                    flush(batch);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                batch.clear();
                if (mine) {
                    writingSince = 0;
                    turn.unlock();
                }
            }
        }
        wakeOne();
    }

    /** By a request that needs no write: a flusher that waits finds this closed, and wakes the next. Behind a full queue none waits. */
    private void wakeOne() {
        queue.offer(new Pending<>(null, CompletableFuture.completedFuture(null)));
    }

    private Pending<T, R> late() {
        long since = writingSince;
        return since != 0 && System.nanoTime() - since >= lateNanos ? queue.poll() : null;
    }

    private void collect(List<Pending<T, R>> batch, Pending<T, R> first) {
        if (first == null) {
            return;
        }
        batch.add(first);
        queue.drainTo(batch, maxBatch - 1);
        if (lingerNanos > 0 && batch.size() < maxBatch && !closed) {
            LockSupport.parkNanos(lingerNanos);
            queue.drainTo(batch, maxBatch - batch.size());
        }
        batch.removeIf(pending -> pending.answer().isDone());
    }

    private void flush(List<Pending<T, R>> batch) {
        try {
            List<R> answers = writer.write(batch.stream().map(Pending::request).toList());
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answer().complete(answers.get(i));
            }
        } catch (Exception | Error e) {
            if (batch.size() > 1 && !Transient.is(e)) {
                batch.stream().filter(one -> !one.answer().isDone()).forEach(one -> flush(List.of(one)));
            } else {
                batch.forEach(one -> one.answer().completeExceptionally(e));
            }
        }
    }

    /** Refuses new requests, writes those that wait, and returns when all are answered or five seconds have passed. */
    @Override
    public void close() {
        closed = true;
        wakeOne();
        for (Thread flusher : flushers) {
            try {
                flusher.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
