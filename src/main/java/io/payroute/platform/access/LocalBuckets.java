package io.payroute.platform.access;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketListener;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.MathType;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.LockFreeBucket;
import io.vertx.core.Future;

/**
 * Buckets in this process's memory, a bounded number. A bucket that nobody used until it was full again is the same as a new one
 * and is dropped. Beyond the bound, buckets that are not yet full are dropped, the seldom used ones first; for as long as one of
 * those could not have been full again, new buckets begin with a single token, so that nobody gains a burst by being dropped.
 */
final class LocalBuckets implements Buckets {

    private static final Duration SHORTEST = Duration.ofSeconds(10);

    private final BucketConfiguration full;
    private final BucketConfiguration scarce;
    private final TimeMeter clock;
    private final long nanosUntilFull;
    private final Cache<String, LockFreeBucket> buckets;
    private volatile long scarceUntil;

    LocalBuckets(BucketConfiguration limit, int maxUsers, TimeMeter clock) {
        Bandwidth bandwidth = limit.getBandwidths()[0];
        this.full = limit;
        this.scarce = BucketConfiguration.builder().addLimit(builder -> builder.capacity(bandwidth.getCapacity())
                .refillGreedy(bandwidth.getRefillTokens(), Duration.ofNanos(bandwidth.getRefillPeriodNanos())).initialTokens(1))
                .build();
        this.clock = clock;
        this.nanosUntilFull = (long) Math
                .ceil((double) bandwidth.getCapacity() / bandwidth.getRefillTokens() * bandwidth.getRefillPeriodNanos());
        this.scarceUntil = clock.currentTimeNanos();
        Duration idle = Duration.ofNanos(Math.max(nanosUntilFull, SHORTEST.toNanos()));
        // Upkeep by the caller's own thread: the bound holds at every moment, and costs each request its small part.
        this.buckets = Caffeine.newBuilder().maximumSize(maxUsers).expireAfterAccess(idle).ticker(clock::currentTimeNanos)
                .executor(Runnable::run).evictionListener(this::dropped).build();
    }

    @Override
    public Future<ConsumptionProbe> take(String user) {
        return Future.succeededFuture(takeNow(user));
    }

    ConsumptionProbe takeNow(String user) {
        LockFreeBucket bucket = buckets.getIfPresent(user);
        if (bucket == null) {
            bucket = buckets.get(user, key -> newBucket());
        }
        return bucket.tryConsumeAndReturnRemaining(1);
    }

    /** Buckets in memory. */
    long size() {
        return buckets.estimatedSize();
    }

    private LockFreeBucket newBucket() {
        boolean isScarce = clock.currentTimeNanos() - scarceUntil < 0;
        return new LockFreeBucket(isScarce ? scarce : full, MathType.INTEGER_64_BITS, clock, BucketListener.NOPE);
    }

    private void dropped(String user, LockFreeBucket bucket, RemovalCause cause) {
        if (cause == RemovalCause.SIZE) {
            scarceUntil = clock.currentTimeNanos() + nanosUntilFull;
        }
    }
}
