package io.payroute.platform.access;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.payroute.platform.Causes;
import io.payroute.platform.Refusal;
import io.payroute.platform.Transient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;

/**
 * Whose a JWT is: of the issuer of {@code payroute.jwt.*} or of a {@link TokenIssuer} of ours, by the token's claim {@code iss}, which
 * is believed once the keys of that issuer have verified it. A few workers of its own do that, because fetching the keys may take a
 * while and must not hold up the routes; while those of an issuer cannot be fetched, they are requested every five seconds. A token
 * that was good is remembered for a minute, up to its expiry, under its digest. Bad ones are not remembered: nothing fills the memory
 * by being refused.
 */
@Singleton
class JwtTokens {

    private static final Logger LOG = Logger.getLogger(JwtTokens.class);
    private static final int WORKERS = 4;
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(5);
    private static final int REMEMBERED = 10_000;
    private static final Duration FOR = Duration.ofMinutes(1);
    private static final int MAX_SUBJECT = 64;
    /** Reads the claim that says whom to ask; nothing in it counts yet. */
    private static final JwtConsumer UNVERIFIED = new JwtConsumerBuilder().setSkipAllValidators().setSkipSignatureVerification()
            .setDisableRequireSignature().build();

    private record Verified(Caller caller, long expiresAtSecond) {
    }

    private final WorkerExecutor workers;
    private final boolean configured;
    private final List<Issuer> issuers = new ArrayList<>();
    private final Scopes known;
    private final Duration maxLifetime;
    private final Cache<ByteBuffer, Verified> verified = Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(FOR)
            .build();

    /** @throws IllegalStateException when two issuers have one name; the application does not start */
    @Inject
    JwtTokens(Vertx vertx, JwtSettings settings, Scopes known, @Any Instance<TokenIssuer> ours) {
        this.known = known;
        this.maxLifetime = settings.maxLifetime();
        this.configured = settings.isOn();
        if (configured) {
            issuers.add(new Issuer(new ConfiguredTokens(settings.info()), known.all()));
        }
        ours.stream().flatMap(issuer -> issuer.trust().stream())
                .forEach(trust -> issuers.add(new Issuer(new IssuedTokens(trust), trust.scopes())));
        if (issuers.stream().map(issuer -> issuer.tokens.issuer()).distinct().count() < issuers.size()) {
            throw new IllegalStateException("PAYROUTE_JWT_ISSUER is the name of an issuer of ours, too: "
                    + issuers.stream().map(issuer -> issuer.tokens.issuer()).collect(Collectors.joining(", "))
                    + ". Each issuer needs a name of its own.");
        }
        this.workers = issuers.isEmpty() ? null : vertx.createSharedWorkerExecutor("jwt", WORKERS);
    }

    boolean isOn() {
        return !issuers.isEmpty();
    }

    /** Whether somebody configured an issuer, who may let in operators; those who log in here are none. */
    boolean isConfigured() {
        return configured;
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
        Issuer issuer = issuerOf(token);
        IssuerTokens.Claims claims = issuer.verify(token);
        if (claims.expiresAtSecond() > Instant.now().plus(maxLifetime).getEpochSecond()) {
            throw Refusal
                    .unauthenticated("The token is good for longer than this server takes: its issuer must give it an "
                            + "earlier exp.");
        }
        String subject = claims.subject();
        if (subject == null || subject.isEmpty() || subject.length() > MAX_SUBJECT
                || !subject.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw Credentials.unknown();
        }
        Set<Scope> scopes = claims.scope() == null
                ? Set.of()
                : known.among(claims.scope()).stream().filter(issuer.scopes::contains).collect(Collectors.toUnmodifiableSet());
        return new Verified(Caller.ofSubject(subject, scopes, known), claims.expiresAtSecond());
    }

    private Issuer issuerOf(String token) {
        if (issuers.size() == 1) {
            return issuers.get(0);
        }
        try {
            Object named = UNVERIFIED.processToClaims(token).getClaimValue("iss");
            return issuers.stream().filter(issuer -> issuer.tokens.issuer().equals(named)).findFirst()
                    .orElseThrow(Credentials::unknown);
        } catch (InvalidJwtException e) {
            throw Credentials.unknown();
        }
    }

    /** What is above it in the chain repeats the token. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** One issuer, what its tokens may say, and since when it is out of reach. */
    private static final class Issuer {

        private final IssuerTokens tokens;
        private final Set<Scope> scopes;
        private volatile long unavailableUntil = System.nanoTime();

        Issuer(IssuerTokens tokens, Set<Scope> scopes) {
            this.tokens = tokens;
            this.scopes = scopes;
        }

        IssuerTokens.Claims verify(String token) {
            if (System.nanoTime() - unavailableUntil < 0) {
                throw Refusal.unavailable(1);
            }
            try {
                return tokens.verify(token);
            } catch (IssuerTokens.NotGood e) {
                if (Transient.is(e)) {
                    unavailableUntil = System.nanoTime() + PAUSE;
                    LOG.warnf("event=jwt-keys-unreachable issuer=%s cause=%s", tokens.issuer(), Causes.brief(root(e)));
                    throw Refusal.unavailable(1);
                }
                throw Credentials.unknown();
            }
        }
    }
}
