package io.payroute.platform.work;

import java.time.Duration;

import org.jboss.logging.Logger;

import io.payroute.platform.Causes;

/**
 * Keeps a background loop that is called every few milliseconds quiet while what it needs is unavailable: after a failure the loop
 * pauses, longer each time. The first failure and the end of the pauses are one line each in the log. Not for use by several
 * threads at once.
 */
public final class Pauses {

    private static final Logger LOG = Logger.getLogger(Pauses.class);

    private final String loop;
    private final String role;
    private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));
    private int failures;
    private long pausedUntil = System.nanoTime();

    /** @param loop its name in the log, such as {@code relay} */
    public Pauses(String loop, String role) {
        this.loop = loop;
        this.role = role;
    }

    public boolean paused() {
        return System.nanoTime() - pausedUntil < 0;
    }

    public void failed(Throwable cause) {
        Duration pause = backoff.after(++failures);
        pausedUntil = System.nanoTime() + pause.toNanos();
        LOG.logf(failures == 1 ? Logger.Level.WARN : Logger.Level.DEBUG,
                "event=%s-paused role=%s failures=%d pauseMs=%d cause=%s", loop,
                role, failures, pause.toMillis(), Causes.brief(cause));
    }

    public void succeeded() {
        if (failures > 0) {
            LOG.infof("event=%s-resumed role=%s failures=%d", loop, role, failures);
            failures = 0;
        }
    }
}
