package io.payroute.platform;

import java.time.Duration;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;

/**
 * Counts and times what happens deep inside, in the registry of the process. Whoever counts must know all values of its tags before:
 * an id or a text of somebody else would make a series of its own, and each is kept for ever.
 */
public final class Meters {

    /** From a call in the same house to a mail server that is asleep. */
    private static final Duration[] BUCKETS = {Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100),
            Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(2),
            Duration.ofMinutes(10)};

    private Meters() {
    }

    /** @param tags names and values in turn */
    public static void count(String name, String... tags) {
        Metrics.counter(name, tags).increment();
    }

    /** There before it counts: of a series that begins with one, nobody sees that it grew. */
    public static void begin(String name, String... tags) {
        Metrics.counter(name, tags);
    }

    /** Adds to a histogram. Clocks that differ make no time negative. */
    public static void time(String name, Duration time, String... tags) {
        Timer.builder(name).serviceLevelObjectives(BUCKETS).tags(tags).register(Metrics.globalRegistry)
                .record(time.isNegative() ? Duration.ZERO : time);
    }
}
