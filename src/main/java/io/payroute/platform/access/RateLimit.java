package io.payroute.platform.access;

import java.time.Duration;
import java.util.Locale;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * How often one user may call, and one address where nobody has to say who he is but an account can be made or tried: a token bucket
 * each. Every limited answer, also a success, says what is left in the headers of draft-ietf-httpapi-ratelimit-headers; one request
 * too many is 429 with {@code Retry-After}, and nothing was done for it.
 */
@Singleton
class RateLimit {

    private final RateShare users;
    private final RateShare addresses;

    /** @throws IllegalStateException naming the property that is wrong; the application does not start */
    @Inject
    RateLimit(@ConfigProperty(name = "rate-limit.enabled") boolean enabled,
            @ConfigProperty(name = "rate-limit.capacity") long capacity,
            @ConfigProperty(name = "rate-limit.refill") long refill,
            @ConfigProperty(name = "rate-limit.period") Duration period,
            @ConfigProperty(name = "rate-limit.address.capacity") long addressCapacity,
            @ConfigProperty(name = "rate-limit.address.refill") long addressRefill,
            @ConfigProperty(name = "rate-limit.address.period") Duration addressPeriod,
            @ConfigProperty(name = "rate-limit.store") String store,
            @ConfigProperty(name = "rate-limit.max-users") int maxUsers, Vertx vertx, Roles roles, RoleDatabases databases,
            RateLimitTable table) {
        this(new RateShare("user", enabled
                ? buckets(limit("", capacity, refill, period), store, positive("max-users", maxUsers), vertx, roles, databases,
                        table.role())
                : null, capacity, refill, period),
                new RateShare("address", enabled
                        ? buckets(limit("address.", addressCapacity, addressRefill, addressPeriod), store, maxUsers, vertx,
                                roles,
                                databases, table.role())
                        : null, addressCapacity, addressRefill, addressPeriod));
    }

    RateLimit(RateShare users, RateShare addresses) {
        this.users = users;
        this.addresses = addresses;
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

    /** @param keys what the keys begin with, after {@code rate-limit.} */
    static BucketConfiguration limit(String keys, long capacity, long refill, Duration period) {
        positive(keys + "capacity", capacity);
        positive(keys + "refill", refill);
        positive(keys + "period", period.toMillis());
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
        return users.take(response, user);
    }

    /** The same for an address, whoever calls from there. */
    Future<Void> takeOfAddress(HttpServerRequest request) {
        return addresses.take(request.response(), "open:" + request.remoteAddress().hostAddress());
    }
}
