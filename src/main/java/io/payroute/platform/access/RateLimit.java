package io.payroute.platform.access;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.payroute.platform.Meters;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.payroute.platform.http.RequestCheck;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * How often one user may call: a token bucket each. Every limited answer, also a success, says what is left in the headers of
 * draft-ietf-httpapi-ratelimit-headers; one request too many is 429 with {@code Retry-After}, and nothing was done for it.
 */
@Singleton
class RateLimit {

    private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
    private static final CharSequence LIMIT = HttpHeaders.createOptimized("RateLimit");
    /** So many values of the header are made in advance: it is written for every request. */
    private static final int PREPARED = 1_000;

    private final Buckets buckets;
    private final long capacity;
    private final double perSecond;
    private final CharSequence policy;
    private final CharSequence[] left;

    /** @throws IllegalStateException naming the property that is wrong; the application does not start */
    @Inject
    RateLimit(@ConfigProperty(name = "rate-limit.enabled") boolean enabled,
            @ConfigProperty(name = "rate-limit.capacity") long capacity,
            @ConfigProperty(name = "rate-limit.refill") long refill,
            @ConfigProperty(name = "rate-limit.period") Duration period,
            @ConfigProperty(name = "rate-limit.store") String store,
            @ConfigProperty(name = "rate-limit.max-users") int maxUsers, Vertx vertx, Roles roles, RoleDatabases databases,
            RateLimitTable table) {
        this(enabled
                ? buckets(limit(capacity, refill, period), store, positive("max-users", maxUsers), vertx, roles, databases,
                        table.role())
                : null, capacity, refill, period);
    }

    /** @param buckets null for no limit */
    RateLimit(Buckets buckets, long capacity, long refill, Duration period) {
        this.buckets = buckets;
        this.capacity = capacity;
        this.perSecond = refill * 1e9 / period.toNanos();
        this.policy = HttpHeaders.createOptimized("\"user\";q=" + capacity + ";w=" + secondsUntilFull(0));
        this.left = new CharSequence[(int) Math.min(capacity, PREPARED)];
        for (int remaining = 0; remaining < left.length; remaining++) {
            left[remaining] = HttpHeaders.createOptimized(text(remaining, secondsUntilFull(remaining)));
        }
    }

    private static Buckets buckets(BucketConfiguration limit, String store, int maxUsers, Vertx vertx, Roles roles,
            RoleDatabases databases, String role) {
        LocalBuckets local = new LocalBuckets(limit, maxUsers, TimeMeter.SYSTEM_NANOTIME);
        if (store.equals("local")) {
            return local;
        }
        if (!store.equals("postgresql")) {
            throw new IllegalStateException("rate-limit.store must be local or postgresql, but is " + store);
        }
        if (!roles.isActive(role)) {
            throw new IllegalStateException("rate-limit.store=postgresql keeps its buckets in the database of the role " + role
                    + ", which is off: set rate-limit.store=local, or switch the role on (ROLE_"
                    + role.toUpperCase(Locale.ROOT) + "=true).");
        }
        return new SharedBuckets(vertx, () -> databases.of(role), limit, local);
    }

    static BucketConfiguration limit(long capacity, long refill, Duration period) {
        positive("capacity", capacity);
        positive("refill", refill);
        positive("period", period.toMillis());
        return BucketConfiguration.builder()
                .addLimit(bandwidth -> bandwidth.capacity(capacity).refillGreedy(refill, period)).build();
    }

    private static <T extends Number> T positive(String key, T value) {
        if (value.longValue() < 1) {
            throw new IllegalStateException("rate-limit." + key + " must be at least 1, but is " + value
                    + ". Set rate-limit.enabled=false for no limit.");
        }
        return value;
    }

    /** @return failed with 429 when the user's share is used up; the headers are on the response then too */
    Future<Void> take(HttpServerResponse response, String user) {
        if (buckets == null) {
            return RequestCheck.PASSED;
        }
        Future<ConsumptionProbe> taken = buckets.take(user);
        return taken.succeeded() ? answer(response, taken.result()) : taken.compose(probe -> answer(response, probe));
    }

    private Future<Void> answer(HttpServerResponse response, ConsumptionProbe taken) {
        response.putHeader(POLICY, policy);
        if (!taken.isConsumed()) {
            int wait = (int) Math.max(1, seconds(taken.getNanosToWaitForRefill()));
            response.putHeader(LIMIT, text(0, wait));
            Meters.count("payroute.http.refused", "reason", "rate");
            throw Refusal.tooMany(wait);
        }
        long remaining = taken.getRemainingTokens();
        response.putHeader(LIMIT,
                remaining < left.length ? left[(int) remaining] : text(remaining, secondsUntilFull(remaining)));
        return RequestCheck.PASSED;
    }

    private long secondsUntilFull(long remaining) {
        return Math.max(1, (long) Math.ceil((capacity - remaining) / perSecond));
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1);
    }

    private static String text(long remaining, long seconds) {
        return "\"user\";r=" + remaining + ";t=" + seconds;
    }
}
