package io.payroute.platform.work;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The thread of a consumer that polls a table: when it is woken, and otherwise once every interval. Between two polls lies a
 * gap at least, so that many wake-ups are one poll and a busy queue is claimed in batches. While polling fails it pauses with
 * back-off.
 */
public final class PollLoop {

    /** One poll of the table. */
    @FunctionalInterface
    public interface Poll {
        /** @return true to be called again after the gap, whether or not anybody wakes the loop */
        boolean poll() throws Exception;
    }

    private final String name;
    private final Duration gap;
    private final Duration interval;
    private final Poll poll;
    private final Pauses pauses;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private volatile boolean stopping;
    private Thread thread;

    /** @param name of the thread and in the log, such as {@code work-payment-charges} */
    public PollLoop(String name, String role, Duration gap, Duration interval, Poll poll) {
        this.name = name;
        this.gap = gap;
        this.interval = interval;
        this.poll = poll;
        this.pauses = new Pauses(name, role);
    }

    public void start() {
        stopping = false;
        woken = true;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns at once. */
    public void wake() {
        signal(() -> woken = true);
    }

    /** True once it is to stop: a poll that does several things begins none of them any more. */
    boolean isStopping() {
        return stopping;
    }

    /** Returns when no poll runs any more, and none will. */
    public void stop() {
        signal(() -> stopping = true);
        try {
            if (thread != null && thread != Thread.currentThread()) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            boolean again = false;
            while (await(again ? Duration.ZERO : interval)) {
                again = pollOnce();
                if (!sleep(gap)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean pollOnce() {
        if (pauses.paused()) {
            return true;
        }
        try {
            boolean again = poll.poll();
            pauses.succeeded();
            return again;
        } catch (Throwable e) {
            // An Error too: a loop that ended would leave its queue to nobody.
            pauses.failed(e);
            return true;
        }
    }

    /** @return false when it is to end */
    private boolean await(Duration most) throws InterruptedException {
        lock.lock();
        try {
            long left = most.toNanos();
            while (!woken && !stopping && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
            return !stopping;
        } finally {
            lock.unlock();
        }
    }

    private boolean sleep(Duration time) throws InterruptedException {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!stopping && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !stopping;
        } finally {
            lock.unlock();
        }
    }

    private void signal(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
