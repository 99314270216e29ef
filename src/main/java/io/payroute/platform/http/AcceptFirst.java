package io.payroute.platform.http;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Accepting comes first: while this process is saturated with requests, each of its background loops (the outboxes and the work
 * queues) takes only a trickle of work, a few rows and then a pause, so that a burst is taken in at full speed and worked off
 * afterwards. A few rows at a time, and not one by one, because one row costs as many transactions on its way as eight. The
 * trickle never stops, nothing is refused or lost by it (what waits, waits in a table), and a load that lasts is no burst: after
 * {@code accept-first.longest} the pipeline gets its full share again.
 */
@ApplicationScoped
public class AcceptFirst {

    /** Seconds after which a sample of the number of requests has lost most of its weight in the average. */
    private static final double MEMORY_SECONDS = 0.3;

    private final IntSupplier requests;
    private final LongSupplier clock;
    private final int busyRequests;
    private final int trickle;
    private final long pause;
    private final long longest;
    private double average;
    private long sampledAt;
    private long calmAt;

    @Inject
    AcceptFirst(HttpEdge edge, @ConfigProperty(name = "accept-first.busy-requests") int busyRequests,
            @ConfigProperty(name = "accept-first.trickle") int trickle,
            @ConfigProperty(name = "accept-first.pause") Duration pause,
            @ConfigProperty(name = "accept-first.longest") Duration longest) {
        this(edge::inFlight, System::nanoTime, busyRequests, trickle, pause, longest);
    }

    AcceptFirst(IntSupplier requests, LongSupplier clock, int busyRequests, int trickle, Duration pause, Duration longest) {
        if (busyRequests > 0 && trickle < 1) {
            throw new IllegalStateException(
                    "accept-first.trickle must be at least 1, or a saturated process would never "
                            + "finish anything. Set accept-first.busy-requests=0 to turn the limit off.");
        }
        this.requests = requests;
        this.clock = clock;
        this.busyRequests = busyRequests;
        this.trickle = trickle;
        this.pause = pause.toNanos();
        this.longest = longest.toNanos();
        this.sampledAt = clock.getAsLong();
        this.calmAt = sampledAt;
    }

    /** @return for one background loop, called at each poll: how much it may take; {@code Integer.MAX_VALUE} for all there is */
    public IntSupplier pace() {
        return new IntSupplier() {
            private long tookAt = clock.getAsLong() - pause;

            @Override
            public int getAsInt() {
                long now = clock.getAsLong();
                if (!saturated(now)) {
                    return Integer.MAX_VALUE;
                }
                if (now - tookAt < pause) {
                    return 0;
                }
                tookAt = now;
                return trickle;
            }
        };
    }

    private synchronized boolean saturated(long now) {
        double weight = 1 - Math.exp(-(now - sampledAt) / 1e9 / MEMORY_SECONDS);
        average += weight * (requests.getAsInt() - average);
        sampledAt = now;
        if (busyRequests == 0 || average <= busyRequests) {
            calmAt = now;
        }
        return now != calmAt && now - calmAt < longest;
    }
}
