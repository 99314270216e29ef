package io.payroute.user;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.Refusal;

/**
 * Hashes passwords and compares them, which is slow on purpose: at most half of the cores at once, and at most four, so that the
 * others serve whoever is logged in. A bounded number of others waits in
 * turn, for a bounded time, and whoever finds no room is told to come again. The work is done on the caller's thread, one of the gRPC
 * server's.
 *
 * <p>A password is compared with something also where there is no account, so that the time of the answer does not tell which
 * addresses are registered.
 */
@ApplicationScoped
class Passwords {

    private static final int MOST_AT_ONCE = 4;

    private final Argon2id argon2id;
    private final Semaphore places;
    private final int maxWaiting;
    private final Duration maxWait;
    private final String nobodys;

    @Inject
    Passwords(@ConfigProperty(name = "user.password.memory") int memory,
            @ConfigProperty(name = "user.password.passes") int passes,
            @ConfigProperty(name = "user.password.max-waiting") int maxWaiting,
            @ConfigProperty(name = "user.password.max-wait") Duration maxWait) {
        this(new Argon2id(memory, passes), atOnce(Runtime.getRuntime().availableProcessors()), maxWaiting, maxWait);
    }

    Passwords(Argon2id argon2id, int atOnce, int maxWaiting, Duration maxWait) {
        this.argon2id = argon2id;
        this.places = new Semaphore(atOnce, true);
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
        this.nobodys = argon2id.hash("nobody's password");
    }

    static int atOnce(int cores) {
        return Math.max(1, Math.min(MOST_AT_ONCE, cores / 2));
    }

    /** @throws Refusal when there is no room */
    String hash(String password) {
        return inTurn(() -> compute(password));
    }

    /**
     * @param stored null where there is no account
     * @throws Refusal when there is no room
     */
    boolean matches(String password, String stored) {
        return inTurn(() -> compare(password, stored == null ? nobodys : stored)) && stored != null;
    }

    String compute(String password) {
        return argon2id.hash(password);
    }

    boolean compare(String password, String stored) {
        return Argon2id.matches(password, stored);
    }

    private <R> R inTurn(Supplier<R> work) {
        try {
            if (places.getQueueLength() >= maxWaiting || !places.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Refusal.unavailable(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.unavailable(1);
        }
        try {
            return work.get();
        } finally {
            places.release();
        }
    }
}
