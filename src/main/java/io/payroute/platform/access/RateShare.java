package io.payroute.platform.access;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.bucket4j.ConsumptionProbe;
import io.payroute.platform.Meters;
import io.payroute.platform.Refusal;
import io.payroute.platform.http.RequestCheck;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** A token bucket for each of many, and what the answers say of it. */
final class RateShare {

    private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
    private static final CharSequence LIMIT = HttpHeaders.createOptimized("RateLimit");
    /** So many values of the header are made in advance: it is written for every request. */
    private static final int PREPARED = 1_000;

    private final String name;
    private final Buckets buckets;
    private final long capacity;
    private final double perSecond;
    private final CharSequence policy;
    private final CharSequence[] left;

    /**
     * @param name of the policy, in the headers
     * @param buckets null for no limit
     */
    RateShare(String name, Buckets buckets, long capacity, long refill, Duration period) {
        this.name = name;
        this.buckets = buckets;
        this.capacity = capacity;
        this.perSecond = refill * 1e9 / period.toNanos();
        this.policy = HttpHeaders.createOptimized('"' + name + "\";q=" + capacity + ";w=" + secondsUntilFull(0));
        this.left = new CharSequence[(int) Math.min(capacity, PREPARED)];
        for (int remaining = 0; remaining < left.length; remaining++) {
            left[remaining] = HttpHeaders.createOptimized(text(remaining, secondsUntilFull(remaining)));
        }
    }

    /** @return failed with 429 when the share is used up; the headers are on the response then too */
    Future<Void> take(HttpServerResponse response, String whose) {
        if (buckets == null) {
            return RequestCheck.PASSED;
        }
        Future<ConsumptionProbe> taken = buckets.take(whose);
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

    private String text(long remaining, long seconds) {
        return '"' + name + "\";r=" + remaining + ";t=" + seconds;
    }
}
