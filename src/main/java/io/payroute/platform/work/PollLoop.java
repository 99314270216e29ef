package io.payroute.platform.work;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jboss.logging.Logger;

/**
 * The thread of a consumer that polls a table: when it is woken, and otherwise once every interval. Between two polls lies a
 * gap at least, so that many wake-ups are one poll and a busy queue is claimed in batches. While polling fails it pauses with
 * back-off. It ends with the poll under way, and is left to itself when that takes too long: a database that does not answer holds
 * up no stop.
 */
final class PollLoop {

    /** One poll of the table. */
    @FunctionalInterface
    interface Poll {
        /** @return true to be called again after the gap, whether or not anybody wakes the loop */
        boolean poll() throws Exception;
    }

    /** A poll ends in milliseconds, unless what it waits for is unavailable. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Logger LOG = Logger.getLogger(PollLoop.class);

    private final String name;
    private final String role;
    private final Duration gap;
    private final Duration interval;
    private final Poll poll;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    /** Any other is of an earlier start, and begins nothing more. */
    private volatile Thread thread;
    private volatile boolean polling;

    /** @param name of the thread and in the log, such as {@code payment-charges} */
    PollLoop(String name, String role, Duration gap, Duration interval, Poll poll) {
        this.name = name;
        this.role = role;
        this.gap = gap;
        this.interval = interval;
        this.poll = poll;
    }

    void start() {
        Thread next = new Thread(this::run, name);
        next.setDaemon(true);
        signal(() -> {
            woken = true;
            thread = next;
        });
        next.start();
    }

    /** Returns at once. */
    void wake() {
        signal(() -> woken = true);
    }

    boolean isPolling() {
        return polling;
    }

    /** True in a poll that is to end: one that does several things begins none of them any more. */
    boolean isEnding() {
        return thread != Thread.currentThread();
    }

    /**
     * Returns when the poll under way has ended, and begins no other.
     *
     * @return false when that took too long: it ends by itself
     */
    boolean stop() {
        Thread last = thread;
        if (last == null) {
            return true;
        }
        signal(() -> thread = null);
        try {
            last.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (last.isAlive()) {
            LOG.warnf("event=poll-left-behind queue=%s role=%s", name, role);
        }
        return !last.isAlive();
    }

    private void run() {
        Pauses pauses = new Pauses(name, role);
        try {
            boolean again = false;
            while (await(again ? Duration.ZERO : interval)) {
                again = pollOnce(pauses);
                if (!sleep(gap)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean pollOnce(Pauses pauses) {
        if (pauses.paused()) {
            return true;
        }
        polling = true;
        try {
            boolean again = poll.poll();
            pauses.succeeded();
            return again;
        } catch (Throwable e) {
            // An Error too: a loop that ended would leave its queue to nobody.
            pauses.failed(e);
            return true;
        } finally {
            polling = false;
        }
    }

    /** @return false when it is to end */
    private boolean await(Duration most) throws InterruptedException {
        lock.lock();
        try {
            long left = most.toNanos();
            while (!woken && !isEnding() && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
            return !isEnding();
        } finally {
            lock.unlock();
        }
    }

    private boolean sleep(Duration time) throws InterruptedException {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!isEnding() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !isEnding();
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
