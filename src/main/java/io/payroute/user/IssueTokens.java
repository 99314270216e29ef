package io.payroute.user;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.Ids;
import io.payroute.platform.access.Digests;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.user.AuthResponse;

/** The tokens of a login and their table: refresh tokens are 256 bits of chance, of which the digest alone is kept. */
@ApplicationScoped
class IssueTokens {

    private static final int BYTES = 32;
    private static final String NEW_FAMILY = """
            INSERT INTO token_family (id, account_id, expires_at) VALUES (?, ?, now() + make_interval(secs => ?))""";
    private static final String NEW_TOKEN = """
            INSERT INTO refresh_token (hash, family_id, expires_at) VALUES (?, ?, now() + make_interval(secs => ?))""";
    private static final String PROLONG = "UPDATE token_family SET expires_at = now() + make_interval(secs => ?) WHERE id = ?";
    /** Of two who come at the same time one finds it spent by the other. */
    private static final String SPEND = """
            UPDATE refresh_token t SET spent_at = now() FROM token_family f JOIN account a ON a.id = f.account_id
            WHERE t.hash = ? AND t.spent_at IS NULL AND t.expires_at > now() AND f.id = t.family_id AND f.ended_at IS NULL
            RETURNING f.id, f.account_id, a.admin""";
    private static final String END_REUSED = """
            UPDATE token_family f SET ended_at = now() FROM refresh_token t
            WHERE t.hash = ? AND t.spent_at < now() - make_interval(secs => ?) AND f.id = t.family_id AND f.ended_at IS NULL""";

    private final SecureRandom random = new SecureRandom();
    private final AccessTokenSigner signer;
    private final Duration refreshLifetime;
    private final Duration grace;

    /** Whose a token was. */
    record Spent(UUID family, UUID account, boolean admin) {
    }

    @Inject
    IssueTokens(AccessTokenSigner signer, @ConfigProperty(name = "user.token.refresh-lifetime") Duration refreshLifetime,
            @ConfigProperty(name = "user.token.refresh-grace") Duration grace) {
        this.signer = signer;
        this.refreshLifetime = refreshLifetime;
        this.grace = grace;
    }

    AuthResponse answer(UUID account, boolean admin, String refreshToken) {
        return AuthResponse.newBuilder().setUserId(account.toString()).setAccessToken(signer.sign(account, admin))
                .setRefreshToken(refreshToken).setExpiresIn(signer.lifetime().toSeconds()).build();
    }

    /** @return the first token of a login */
    String first(Connection connection, UUID account) throws SQLException {
        UUID family = Ids.next();
        Sql.update(connection, NEW_FAMILY, family, account, seconds(refreshLifetime));
        return add(connection, family);
    }

    /** @return the token that follows on one that was spent in the same transaction */
    String next(Connection connection, UUID family) throws SQLException {
        Sql.update(connection, PROLONG, seconds(refreshLifetime), family);
        return add(connection, family);
    }

    private String add(Connection connection, UUID family) throws SQLException {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Sql.update(connection, NEW_TOKEN, Digests.sha256(token), family, seconds(refreshLifetime));
        return token;
    }

    /** @return empty when it is not good: unknown, expired, spent, or of a login that has ended */
    Optional<Spent> spend(Connection connection, byte[] hash) throws SQLException {
        return Sql.query(connection, SPEND,
                row -> new Spent(row.getObject(1, UUID.class), row.getObject(2, UUID.class), row.getBoolean(3)), hash).stream()
                .findFirst();
    }

    /** @return whether it had been spent for longer than the grace, and what followed from its login ends now */
    boolean endIfReused(Connection connection, byte[] hash) throws SQLException {
        return Sql.update(connection, END_REUSED, hash, seconds(grace)) > 0;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
