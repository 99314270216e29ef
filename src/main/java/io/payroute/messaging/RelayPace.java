package io.payroute.messaging;

import java.util.function.IntSupplier;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.http.HttpEdge;

/**
 * Accepting comes first: while this process is saturated with requests, the relay lets only a trickle into the pipeline, so
 * that a burst is taken in at full speed and worked off afterwards. The trickle never stops.
 */
@ApplicationScoped
class RelayPace {

    /** Weight of the newest look at the number of requests; old ones fade within a few dozen looks. */
    private static final double NEWEST = 0.1;

    private final HttpEdge edge;
    private final int busyRequests;
    private final int busyBatchSize;

    RelayPace(HttpEdge edge, @ConfigProperty(name = "outbox.busy-requests") int busyRequests,
            @ConfigProperty(name = "outbox.busy-batch-size") int busyBatchSize) {
        if (busyRequests > 0 && busyBatchSize < 1) {
            throw new IllegalStateException(
                    "outbox.busy-batch-size must be at least 1, or nothing would ever leave the outbox.");
        }
        this.edge = edge;
        this.busyRequests = busyRequests;
        this.busyBatchSize = busyBatchSize;
    }

    /** One for each relay, asked at each of its looks: how many events may leave now. */
    IntSupplier newMeter() {
        double[] average = {0};
        return () -> {
            average[0] += NEWEST * (edge.inFlight() - average[0]);
            return busyRequests > 0 && average[0] > busyRequests ? busyBatchSize : Integer.MAX_VALUE;
        };
    }
}
