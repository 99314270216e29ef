package io.payroute.platform.access;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import io.payroute.platform.Refusal;
import io.quarkus.arc.Unremovable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Whose an API key is, from a copy of all valid keys in memory. The copy is read again by one worker at a time, however many
 * requests ask and whatever they send: made-up keys cost the database one small query a second and no more. It is used for
 * {@link #OLDEST} at most, so a revoked key is refused everywhere within that time; when it cannot be read for so long, keys are
 * refused with 503 rather than trusted.
 */
@Singleton
@Unremovable
public class ApiKeys {

    /** A copy this old is read again while it is still used. */
    private static final long FRESH = TimeUnit.SECONDS.toNanos(2);
    /** A copy this old is not used. */
    static final long OLDEST = TimeUnit.SECONDS.toNanos(4);
    /** A key that is not in a copy this old is searched in a new one. */
    private static final long OLDEST_FOR_UNKNOWN = TimeUnit.SECONDS.toNanos(1);
    private static final long NOTE_USE_EVERY = TimeUnit.MINUTES.toNanos(1);
    private static final Logger LOG = Logger.getLogger(ApiKeys.class);

    private record Copy(Map<UUID, ApiKey> keys, long readAt) {
    }

    private final Vertx vertx;
    private final Instance<ApiKeySource> sources;
    private final Map<UUID, Long> usedAt = new ConcurrentHashMap<>();
    private volatile Copy copy;
    private Future<Copy> reading;

    @Inject
    public ApiKeys(Vertx vertx, Instance<ApiKeySource> sources) {
        this.vertx = vertx;
        this.sources = sources;
    }

    /** @return the key's caller; failed with 401 for a key that is unknown, wrong, expired or revoked */
    Future<Caller> callerOf(String text) {
        UUID id = ApiKey.idOf(text);
        if (id == null || sources.stream().noneMatch(ApiKeySource::isActive)) {
            throw Credentials.unknown();
        }
        Copy now = copy;
        long age = now == null ? Long.MAX_VALUE : System.nanoTime() - now.readAt;
        if (age > OLDEST || age > OLDEST_FOR_UNKNOWN && !now.keys.containsKey(id)) {
            return read().map(fresh -> caller(fresh, id, text));
        }
        if (age > FRESH) {
            read();
        }
        return Future.succeededFuture(caller(now, id, text));
    }

    /** The next key is searched in a new copy: to be called when one was made or revoked here. */
    public void forget() {
        copy = null;
    }

    private Caller caller(Copy from, UUID id, String text) {
        ApiKey key = from.keys.get(id);
        if (key == null || !key.isText(text, Instant.now())) {
            throw Credentials.unknown();
        }
        noteUse(id);
        return Caller.ofKey(key.name(), key.scopes());
    }

    private synchronized Future<Copy> read() {
        if (reading == null || reading.isComplete()) {
            reading = vertx.executeBlocking(this::readNow, false)
                    .onFailure(failure -> LOG.warnf("event=api-keys-unreadable cause=%s", failure.toString()))
                    .recover(failure -> Future.failedFuture(Refusal.unavailable(1)));
        }
        return reading;
    }

    private Copy readNow() throws Exception {
        long begin = System.nanoTime();
        Map<UUID, ApiKey> keys = new HashMap<>();
        for (ApiKeySource source : sources) {
            source.valid().forEach(key -> keys.put(key.id(), key));
        }
        usedAt.keySet().retainAll(keys.keySet());
        Copy fresh = new Copy(keys, begin);
        copy = fresh;
        return fresh;
    }

    private void noteUse(UUID id) {
        long now = System.nanoTime();
        Long noted = usedAt.get(id);
        if (noted == null || now - noted > NOTE_USE_EVERY) {
            usedAt.put(id, now);
            vertx.executeBlocking(() -> {
                for (ApiKeySource source : sources) {
                    source.used(id);
                }
                return null;
            }, false).onFailure(failure -> LOG.warnf("event=api-key-use-not-noted keyId=%s cause=%s", id, failure.toString()));
        }
    }
}
