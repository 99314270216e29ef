package io.payroute.platform.work;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How much a {@link WorkQueue} may claim.
 *
 * @param limit tasks in all
 * @param perKey tasks of one key, those that are held already included; {@link Integer#MAX_VALUE} for no limit
 * @param held tasks of each key that this consumer has claimed and not ended; keys without any are left out
 * @param lease how long the tasks belong to this consumer
 */
public record Claim(int limit, int perKey, Map<String, Integer> held, Duration lease) {

    /** How many more of this key may be claimed. */
    public int room(String key) {
        return Math.max(0, Math.min(limit, perKey - held.getOrDefault(key, 0)));
    }

    /** The keys of which nothing may be claimed. */
    public List<String> full() {
        return held.keySet().stream().filter(key -> room(key) == 0).toList();
    }

    public double leaseSeconds() {
        return lease.toMillis() / 1000.0;
    }

    Claim withLimit(int other) {
        return new Claim(other, perKey, held, lease);
    }
}
