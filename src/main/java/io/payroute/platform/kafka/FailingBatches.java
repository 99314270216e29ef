package io.payroute.platform.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jboss.logging.Logger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.platform.Causes;
import io.payroute.platform.work.Backoff;

/**
 * Watches the batches of each Kafka route. A batch that fails is read again, for ever: so every failure is a line in the log and
 * counts in a metric, the pause before the next try grows, and from the third in a row on {@link PipelineHealth} names the route.
 */
@ApplicationScoped
public class FailingBatches {

    private static final Logger LOG = Logger.getLogger(FailingBatches.class);
    /** Far below the consumers' max.poll.interval, after which the group would give their partitions to another. */
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int REPEATEDLY = 3;
    /** How often a pause checks whether the application stops. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final class State {
        private int failures;
        private long resumeAt;
    }

    private final MeterRegistry meters;
    private final Backoff backoff;
    private final Map<String, State> states = new ConcurrentHashMap<>();

    @Inject
    FailingBatches(MeterRegistry meters) {
        this(meters, new Backoff(Duration.ofMillis(200), LONGEST));
    }

    FailingBatches(MeterRegistry meters, Backoff backoff) {
        this.meters = meters;
        this.backoff = backoff;
    }

    /**
     * Waits for the end of the pause after a failure, and watches what becomes of the batch.
     *
     * @return false when the application stops: then no batch begins
     */
    boolean begin(Exchange batch) {
        String route = batch.getFromRouteId();
        pause(states.computeIfAbsent(route, this::begun), batch.getContext());
        if (batch.getContext().getStatus().isStopping()) {
            return false;
        }
        batch.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onComplete(Exchange done) {
                succeeded(route);
            }

            @Override
            public void onFailure(Exchange failed) {
                FailingBatches.this.failed(route, failed.getException());
            }
        });
        return true;
    }

    /** Its counter is there before it counts: of a series that begins with one, nobody sees that it grew. */
    private State begun(String route) {
        failures(route);
        return new State();
    }

    private Counter failures(String route) {
        return meters.counter("payroute.kafka.batch.failures", "route", route);
    }

    private synchronized void pause(State state, CamelContext context) {
        long left = state.resumeAt - System.nanoTime();
        while (state.failures > 0 && left > 0 && !context.getStatus().isStopping()) {
            try {
                wait(Math.min(left / 1_000_000 + 1, LOOK.toMillis()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RejectedExecutionException(e);
            }
            left = state.resumeAt - System.nanoTime();
        }
    }

    private synchronized void failed(String route, Throwable cause) {
        State state = states.get(route);
        Duration pause = backoff.after(++state.failures);
        state.resumeAt = System.nanoTime() + pause.toNanos();
        failures(route).increment();
        LOG.warnf("event=batch-failed routeId=%s failures=%d pauseMs=%d cause=%s", route, state.failures, pause.toMillis(),
                Causes.brief(cause));
    }

    private synchronized void succeeded(String route) {
        State state = states.get(route);
        if (state.failures > 0) {
            LOG.infof("event=batch-resumed routeId=%s failures=%d", route, state.failures);
            state.failures = 0;
        }
    }

    /** Routes whose batches failed at least three times in a row, with the number. */
    synchronized Map<String, Integer> repeatedly() {
        Map<String, Integer> failing = new TreeMap<>();
        states.forEach((route, state) -> {
            if (state.failures >= REPEATEDLY) {
                failing.put(route, state.failures);
            }
        });
        return failing;
    }
}
