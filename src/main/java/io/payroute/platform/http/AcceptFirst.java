package io.payroute.platform.http;

import java.time.Duration;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Accepting comes first: while this process is saturated with requests, its background loops (the outboxes and the work queues)
 * take only a trickle of work at each poll, so that a burst is taken in at full speed and worked off afterwards. The trickle
 * never stops, nothing is refused or lost by it (what waits, waits in a table), and a load that lasts is no burst: after
 * {@code accept-first.longest} the pipeline gets its full share again.
 */
@ApplicationScoped
public class AcceptFirst {

    /** Seconds after which a sample of the number of requests has lost most of its weight in the average. */
    private static final double MEMORY_SECONDS = 0.3;

    private final HttpEdge edge;
    private final int busyRequests;
    private final int trickle;
    private final Duration longest;
    private double average;
    private long lookedAt = System.nanoTime();
    private long calmAt = lookedAt;

    AcceptFirst(HttpEdge edge, @ConfigProperty(name = "accept-first.busy-requests") int busyRequests,
            @ConfigProperty(name = "accept-first.trickle") int trickle,
            @ConfigProperty(name = "accept-first.longest") Duration longest) {
        if (busyRequests > 0 && trickle < 1) {
            throw new IllegalStateException(
                    "accept-first.trickle must be at least 1, or a saturated process would never finish a "
                            + "payment. Set accept-first.busy-requests=0 to turn the limit off.");
        }
        this.edge = edge;
        this.busyRequests = busyRequests;
        this.trickle = trickle;
        this.longest = longest;
    }

    /** @return how much work a background loop may take at this poll: {@code normal}, or less while requests come first */
    public int limit(int normal) {
        return saturated() ? Math.min(normal, trickle) : normal;
    }

    private synchronized boolean saturated() {
        long now = System.nanoTime();
        double weight = 1 - Math.exp(-(now - lookedAt) / 1e9 / MEMORY_SECONDS);
        average += weight * (edge.inFlight() - average);
        lookedAt = now;
        if (busyRequests == 0 || average <= busyRequests) {
            calmAt = now;
        }
        return now != calmAt && now - calmAt < longest.toNanos();
    }
}
