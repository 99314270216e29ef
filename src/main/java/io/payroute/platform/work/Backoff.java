package io.payroute.platform.work;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Exponential back-off with full jitter in its upper half: the n-th delay lies between half of and the whole of
 * {@code first * 2^(n-1)}, bounded by {@code max}.
 */
public record Backoff(Duration first, Duration max, DoubleSupplier random) {

    public Backoff(Duration first, Duration max) {
        this(first, max, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** @param attempt how many attempts have failed, from 1 */
    public Duration after(int attempt) {
        int doublings = Math.min(Math.max(attempt, 1) - 1, 30);
        long ceiling = Math.min(max.toMillis(), first.toMillis() << doublings);
        if (ceiling <= 0) {
            ceiling = max.toMillis();
        }
        return Duration.ofMillis((long) (ceiling * (0.5 + random.getAsDouble() / 2)));
    }

    /** @return the time that it has lasted until now, at least the first pause and at most the longest: it doubles each time */
    public Duration within(Duration lasting) {
        return Duration.ofMillis(Math.max(first.toMillis(), Math.min(max.toMillis(), lasting.toMillis())));
    }
}
