package io.payroute.platform.access;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.payroute.platform.Causes;
import io.payroute.platform.Refusal;
import io.payroute.platform.Transient;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;

/**
 * Whose a JWT is. A few workers of its own verify it, because fetching the issuer's keys may take a while and must not hold up
 * the routes; while they cannot be fetched, they are requested every five seconds. A token that was good is remembered
 * for a minute, up to its expiry, under its digest. Bad ones are not remembered: nothing fills the memory by being refused.
 */
@Singleton
class JwtTokens {

    private static final Logger LOG = Logger.getLogger(JwtTokens.class);
    private static final int WORKERS = 4;
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(5);
    private static final int REMEMBERED = 10_000;
    private static final Duration FOR = Duration.ofMinutes(1);
    private static final int MAX_SUBJECT = 64;

    private record Verified(Caller caller, long expiresAtSecond) {
    }

    private final WorkerExecutor workers;
    private final JWTParser parser;
    private final Scopes known;
    private final Duration maxLifetime;
    private final Cache<ByteBuffer, Verified> verified = Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(FOR)
            .build();
    private volatile long unavailableUntil = System.nanoTime();

    @Inject
    JwtTokens(Vertx vertx, JwtSettings settings, Scopes known) {
        this.known = known;
        this.workers = settings.isOn() ? vertx.createSharedWorkerExecutor("jwt", WORKERS) : null;
        this.maxLifetime = settings.maxLifetime();
        this.parser = settings.isOn() ? new DefaultJWTParser(settings.info()) : null;
    }

    boolean isOn() {
        return parser != null;
    }

    /** @return failed with 401 when it is not good, with 503 when the issuer's keys are out of reach */
    Future<Caller> callerOf(String token) {
        ByteBuffer digest = ByteBuffer.wrap(Digests.sha256(token));
        Verified known = verified.getIfPresent(digest);
        if (known != null && Instant.now().getEpochSecond() < known.expiresAtSecond) {
            return Future.succeededFuture(known.caller);
        }
        return workers.executeBlocking(() -> verify(token), false).map(good -> {
            verified.put(digest, good);
            return good.caller;
        });
    }

    private Verified verify(String token) {
        if (System.nanoTime() - unavailableUntil < 0) {
            throw Refusal.unavailable(1);
        }
        JsonWebToken jwt;
        try {
            jwt = parser.parse(token);
        } catch (ParseException e) {
            if (Transient.is(e)) {
                unavailableUntil = System.nanoTime() + PAUSE;
                LOG.warnf("event=jwt-keys-unreachable cause=%s", Causes.brief(e));
                throw Refusal.unavailable(1);
            }
            throw Credentials.unknown();
        }
        if (jwt.getExpirationTime() > Instant.now().plus(maxLifetime).getEpochSecond()) {
            throw Refusal
                    .unauthenticated("The token is good for longer than this server takes: its issuer must give it an "
                            + "earlier exp.");
        }
        String subject = jwt.getSubject();
        if (subject == null || subject.isEmpty() || subject.length() > MAX_SUBJECT
                || !subject.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw Credentials.unknown();
        }
        Object claimed = jwt.getClaim("scope");
        Set<Scope> scopes = claimed instanceof String words ? known.among(words) : Set.of();
        return new Verified(Caller.ofSubject(subject, scopes, known), jwt.getExpirationTime());
    }
}
