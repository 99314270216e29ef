package io.payroute.payment.access;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;
import io.payroute.platform.access.ApiKey;
import io.payroute.platform.access.ApiKeySource;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.access.Scope;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.sql.Sql;
import io.quarkus.arc.Unremovable;

/**
 * The table of API keys. There are at most {@value #MOST} valid ones, because every process keeps them all in memory; creating
 * counts them under a lock, so that the bound holds whoever creates.
 */
@ApplicationScoped
@Unremovable
class ApiKeyStore implements ApiKeySource {

    static final int MOST = 1_000;

    private static final String VALID = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())";
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext('api_key'))";
    private static final String COUNT = "SELECT count(*) FROM api_key WHERE " + VALID;
    private static final String ANOTHERS = "SELECT 1 FROM api_key WHERE name = ? AND created_by <> ? LIMIT 1";
    private static final String INSERT = """
            INSERT INTO api_key (id, hash, name, scope, created_by, expires_at) VALUES (?, ?, ?, ?, ?, ?)""";
    private static final String FIND = "SELECT * FROM api_key WHERE id = ?";
    private static final String LIST = "SELECT * FROM api_key ORDER BY created_at DESC, id DESC LIMIT " + 2 * MOST;
    private static final String FIND_VALID = "SELECT id, hash, name, scope, expires_at FROM api_key WHERE " + VALID + " LIMIT "
            + MOST;
    private static final String REVOKE = "UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) "
            + "WHERE id = ? AND (?::boolean OR created_by = ?)";
    private static final String USED = """
            UPDATE api_key SET last_used_at = now()
            WHERE id = ? AND (last_used_at IS NULL OR last_used_at < now() - interval '50 seconds')""";

    /** A key as people see it. */
    record Entry(UUID id, String name, String scope, String createdBy, Instant createdAt, Instant lastUsedAt, Instant expiresAt,
            Instant revokedAt) {
    }

    /** @param replayed whether an earlier request with this idempotency key made it */
    record Created(Entry entry, boolean replayed) {
    }

    private final Roles roles;
    private final RoleDatabases databases;
    private final Scopes scopes;

    ApiKeyStore(Roles roles, RoleDatabases databases, Scopes scopes) {
        this.scopes = scopes;
        this.roles = roles;
        this.databases = databases;
    }

    /**
     * A key's name is whose things it finds: only who made the keys of a name, or an operator, makes another.
     *
     * @throws Refusal 409 when there are too many, or the name is another's; 422 when the idempotency key was used for
     *     something else
     */
    Created create(ApiKey key, String createdBy, boolean operator, Idempotency.Key idempotency) throws Exception {
        return Sql.inTransaction(dataSource(), connection -> {
            Optional<UUID> earlier = Idempotency.claim(connection, idempotency, key.id());
            if (earlier.isPresent()) {
                return new Created(find(connection, earlier.get()), true);
            }
            Sql.query(connection, LOCK, row -> null);
            if (Sql.query(connection, COUNT, row -> row.getInt(1)).get(0) >= MOST) {
                throw Refusal.conflict("There are " + MOST + " valid keys already; revoke some first.");
            }
            if (!operator && !Sql.query(connection, ANOTHERS, row -> 1, key.name(), createdBy).isEmpty()) {
                throw Refusal
                        .conflict("Somebody else has made a key of this name; choose another.");
            }
            Sql.update(connection, INSERT, key.id(), key.hash(), key.name(), Scope.words(key.scopes()), createdBy,
                    key.expiresAt());
            return new Created(find(connection, key.id()), false);
        });
    }

    private static Entry find(Connection connection, UUID id) throws SQLException {
        return Sql.query(connection, FIND, ApiKeyStore::entry, id).stream().findFirst()
                .orElseThrow(() -> Refusal.notFound("The key that this request made is no longer there."));
    }

    /** The newest first, revoked and expired ones too. */
    List<Entry> list() throws SQLException {
        return Sql.query(dataSource(), LIST, ApiKeyStore::entry);
    }

    /**
     * Only who made a key, or an operator, revokes it; revoking again changes nothing.
     *
     * @throws Refusal 404 when there is no such key, 403 when it is another's
     */
    void revoke(UUID id, String caller, boolean operator) throws Exception {
        Sql.inTransaction(dataSource(), connection -> {
            if (Sql.update(connection, REVOKE, id, operator, caller) == 0) {
                throw Sql.query(connection, FIND, row -> 1, id).isEmpty()
                        ? unknown()
                        : Refusal.forbidden("Somebody else has made this key: only he, or an operator, revokes it.");
            }
            return null;
        });
    }

    static Refusal unknown() {
        return Refusal.notFound("There is no API key with this id.");
    }

    @Override
    public boolean isActive() {
        return roles.isActive(PaymentRole.NAME);
    }

    @Override
    public List<ApiKey> valid() throws SQLException {
        return Sql.query(dataSource(), FIND_VALID, row -> new ApiKey(row.getObject("id", UUID.class), row.getBytes("hash"),
                row.getString("name"), scopes.among(row.getString("scope")), Sql.instant(row, "expires_at")));
    }

    @Override
    public void used(UUID id) throws SQLException {
        Sql.update(dataSource(), USED, id);
    }

    private DataSource dataSource() {
        return databases.of(PaymentRole.NAME);
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(row.getObject("id", UUID.class), row.getString("name"), row.getString("scope"),
                row.getString("created_by"), Sql.instant(row, "created_at"), Sql.instant(row, "last_used_at"),
                Sql.instant(row, "expires_at"), Sql.instant(row, "revoked_at"));
    }
}
