package io.payroute.platform.hook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls of one hook, on threads of its own. Who calls holds no thread, and learns within the time-out what came of it: then the call is
 * interrupted and its result counts no more. A call that does not heed that keeps its thread, and no other's. When as many calls as
 * there are threads came late in turn, the hook hangs: who waits for it is sent away at once, and one at a time may try, until one comes
 * back in time.
 */
final class BoundedCalls implements AutoCloseable {

    private final ThreadPoolExecutor threads;
    private final int most;
    private final Duration timeout;
    private final String keys;
    private final AtomicInteger late = new AtomicInteger();
    private final AtomicBoolean trying = new AtomicBoolean();

    /** @param keys what the names of the settings of its threads and its time-out begin with, for messages */
    BoundedCalls(String name, int most, Duration timeout, String keys) {
        this.keys = keys;
        this.most = most;
        this.timeout = timeout;
        AtomicInteger names = new AtomicInteger();
        threads = new ThreadPoolExecutor(most, most, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, name + "-" + names.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * @param work must not throw
     * @param patience for a thread
     * @return ends when the work has ended, or with a {@link HookFailure}, on a thread that must not be held
     */
    CompletionStage<Void> call(Runnable work, Duration patience) {
        boolean hangs = late.get() >= most;
        if (hangs && !trying.compareAndSet(false, true)) {
            return CompletableFuture.failedFuture(hangs());
        }
        Call call = new Call(work);
        if (hangs) {
            call.ended.whenComplete((done, failure) -> trying.set(false));
        }
        call.begun.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).exceptionally(failure -> {
            threads.remove(call);
            call.ended.completeExceptionally(failure instanceof HookFailure
                    ? failure
                    : new HookFailure("No thread of the hook was free in time; see " + keys + ".threads."));
            return null;
        });
        threads.execute(call);
        return call.ended;
    }

    private HookFailure hangs() {
        return new HookFailure("The hook hangs: its last calls all took longer than " + keys + ".timeout.");
    }

    private void sendAway() {
        List<Runnable> waiting = new ArrayList<>();
        threads.getQueue().drainTo(waiting);
        waiting.forEach(one -> ((Call) one).begun.completeExceptionally(hangs()));
    }

    private final class Call implements Runnable {

        private final Runnable work;
        private final CompletableFuture<Void> begun = new CompletableFuture<>();
        private final CompletableFuture<Void> running = new CompletableFuture<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private Thread thread;

        Call(Runnable work) {
            this.work = work;
            running.whenComplete((done, failure) -> {
                if (failure == null) {
                    late.set(0);
                    ended.complete(null);
                } else if (failure instanceof TimeoutException) {
                    interrupt();
                    // First: whoever calls next because this one has ended is not among those that waited for it.
                    if (late.incrementAndGet() >= most) {
                        sendAway();
                    }
                    ended.completeExceptionally(new HookFailure("The hook took longer than " + keys + ".timeout."));
                } else {
                    ended.completeExceptionally(failure);
                }
            });
        }

        @Override
        public void run() {
            if (!begun.complete(null)) {
                return;
            }
            synchronized (this) {
                thread = Thread.currentThread();
            }
            running.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
            try {
                work.run();
            } finally {
                synchronized (this) {
                    thread = null;
                }
                // The thread goes on with another call.
                Thread.interrupted();
                running.complete(null);
            }
        }

        private synchronized void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
