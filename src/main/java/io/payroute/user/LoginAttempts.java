package io.payroute.user;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Digests;
import io.payroute.platform.sql.Sql;

/**
 * Slows guessing down, for each account and for each address that somebody tries from; whether there is such an account is no matter,
 * and so tells nothing. An attempt counts as one in vain before the password is looked at, and success takes that back: many at once
 * count as many. It is in the database, so all processes count together, and its clock alone says when.
 */
@ApplicationScoped
class LoginAttempts {

    private static final String ACCOUNT = "account";
    private static final String ADDRESS = "address";
    private static final String TRY = """
            INSERT INTO login_attempt AS a (kind, subject, failures, last_at, next_at) VALUES (?, ?, 1, now(), '-infinity')
            ON CONFLICT (kind, subject) DO UPDATE SET last_at = now(),
              failures = CASE WHEN a.last_at < now() - make_interval(secs => ?) THEN 1 ELSE a.failures + 1 END,
              next_at = CASE WHEN a.last_at < now() - make_interval(secs => ?) OR a.failures + 1 < ?::int THEN '-infinity'
                ELSE now() + make_interval(secs => least(?::float8, ?::float8 * 2.0 ^ least(a.failures + 1 - ?::int, 40))) END
            WHERE a.next_at <= now()
            RETURNING failures""";
    private static final String PAUSE = """
            SELECT ceil(extract(epoch FROM next_at - now()))::int FROM login_attempt WHERE kind = ? AND subject = ?""";
    private static final String FORGET = "DELETE FROM login_attempt WHERE kind = '" + ACCOUNT + "' AND subject = ?";
    private static final String TAKE_BACK = "UPDATE login_attempt SET failures = greatest(failures - 1, 0), next_at = '-infinity' "
            + "WHERE kind = '" + ADDRESS + "' AND subject = ?";

    private final RoleDatabases databases;
    private final int free;
    private final int freePerAddress;
    private final Duration first;
    private final Duration max;
    private final Duration forgetAfter;

    /** Who tries: the digests of an account's address and of where the caller is, which may be null. */
    record Source(byte[] account, byte[] address) {

        static Source of(String email, String clientAddress) {
            return new Source(Digests.sha256(UserRules.canonical(email)),
                    clientAddress == null ? null : Digests.sha256(clientAddress));
        }
    }

    @Inject
    LoginAttempts(RoleDatabases databases, @ConfigProperty(name = "user.login.free-attempts") int free,
            @ConfigProperty(name = "user.login.free-attempts-per-address") int freePerAddress,
            @ConfigProperty(name = "user.login.pause-first") Duration first,
            @ConfigProperty(name = "user.login.pause-max") Duration max,
            @ConfigProperty(name = "user.login.forget-after") Duration forgetAfter) {
        if (free < 2 || freePerAddress < 2) {
            throw new IllegalStateException(
                    "user.login.free-attempts and user.login.free-attempts-per-address must be at least 2");
        }
        this.databases = databases;
        this.free = free;
        this.freePerAddress = freePerAddress;
        this.first = first;
        this.max = max;
        this.forgetAfter = forgetAfter;
    }

    /** @throws Refusal when it is too early for a further attempt; then this one counts for neither */
    void count(Source source) throws Exception {
        Sql.inTransaction(databases.of(UserRole.NAME), connection -> {
            count(connection, ACCOUNT, source.account(), free);
            if (source.address() != null) {
                count(connection, ADDRESS, source.address(), freePerAddress);
            }
            return null;
        });
    }

    private void count(Connection connection, String kind, byte[] subject, int free) throws SQLException {
        double forget = forgetAfter.toSeconds();
        List<Integer> counted = Sql.query(connection, TRY, row -> row.getInt(1), kind, subject, forget, forget, free,
                seconds(max), seconds(first), free);
        if (counted.isEmpty()) {
            throw Refusal.tooMany(Math.max(1, Sql.query(connection, PAUSE, row -> row.getInt(1), kind, subject).get(0)));
        }
    }

    /** In the transaction of the login. */
    void succeeded(Connection connection, Source source) throws SQLException {
        Sql.update(connection, FORGET, source.account());
        if (source.address() != null) {
            Sql.update(connection, TAKE_BACK, source.address());
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
