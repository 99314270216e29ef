package io.payroute.payment.webhook;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.http.ProblemException;
import io.payroute.messaging.Ids;
import io.payroute.messaging.Sql;
import io.payroute.payment.Idempotency;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/** The endpoints of each owner. No owner sees or changes another's: to him it does not exist. */
@ApplicationScoped
public class WebhookEndpoints {

    private static final String LIVE = " WHERE id = ? AND owner = ? AND status <> 'deleted'";
    private static final String FIND = "SELECT " + WebhookEndpoint.COLUMNS + " FROM webhook_endpoint" + LIVE;
    private static final String LIST = "SELECT " + WebhookEndpoint.COLUMNS
            + " FROM webhook_endpoint WHERE owner = ? AND status <> 'deleted' ORDER BY created_at, id";
    private static final String COUNT = "SELECT count(*) FROM webhook_endpoint WHERE owner = ? AND status <> 'deleted'";
    private static final String CREATE = """
            INSERT INTO webhook_endpoint (id, owner, url, description, events, alert_email, secret)
            VALUES (?, ?, ?, ?, ?, ?, ?)""";
    private static final String CHANGE = """
            UPDATE webhook_endpoint SET url = ?, description = ?, events = ?, alert_email = ?, updated_at = now(),
              disabled_reason = CASE WHEN ? THEN NULL ELSE coalesce(disabled_reason, 'owner') END,
              disabled_at = CASE WHEN ? THEN NULL ELSE coalesce(disabled_at, now()) END,
              failing_since = CASE WHEN ? AND status = 'disabled' THEN NULL ELSE failing_since END, status = ?""" + LIVE;
    private static final String DELETE = """
            UPDATE webhook_endpoint SET status = 'deleted', updated_at = now(), secret = NULL, previous_secret = NULL,
              previous_secret_until = NULL, disabled_reason = NULL, disabled_at = NULL, alert_due_at = NULL""" + LIVE;
    /** The one before the replaced secret ends at once. */
    private static final String ROTATE = """
            UPDATE webhook_endpoint SET previous_secret = secret, secret = ?, updated_at = now(),
              previous_secret_until = now() + make_interval(secs => ?)""" + LIVE;
    private static final String SECRET = "SELECT secret FROM webhook_endpoint" + LIVE;
    public static final String DISCARD = "UPDATE webhook_delivery SET status = 'discarded' WHERE status = 'pending' "
            + "AND endpoint_id = ANY(?)";

    /** What an owner may say of his endpoint. Optional values are null. */
    record Wanted(String url, String description, List<String> events, String alertEmail, boolean enabled) {
    }

    /** @param replayed true when an earlier request with the same key has made it */
    record WithSecret(WebhookEndpoint endpoint, WebhookSecret secret, boolean replayed) {
    }

    private final DataSource dataSource;
    private final SecretBox secrets;
    private final WebhookSettings settings;

    WebhookEndpoints(RoleDatabases databases, SecretBox secrets, WebhookSettings settings) {
        this.dataSource = databases.of(Roles.PAYMENT);
        this.secrets = secrets;
        this.settings = settings;
    }

    /** @throws ProblemException 409 when the owner has as many as allowed, 503 when secrets cannot be sealed */
    WithSecret create(String owner, Wanted wanted, Idempotency.Key key) throws Exception {
        UUID id = Ids.next();
        byte[] sealed = secrets.seal(id, WebhookSecret.next());
        return Sql.inTransaction(dataSource, connection -> {
            Optional<UUID> earlier = Idempotency.claim(connection, key, id);
            if (earlier.isEmpty()) {
                long count = Sql.query(connection, COUNT, row -> row.getLong(1), owner).get(0);
                if (count >= settings.maxEndpoints()) {
                    throw ProblemException.conflict("There are " + count + " webhook endpoints already; delete one first.");
                }
                Sql.update(connection, CREATE, id, owner, wanted.url(), wanted.description(), array(wanted.events()),
                        wanted.alertEmail(), sealed);
            }
            return withSecret(connection, earlier.orElse(id), owner, earlier.isPresent());
        });
    }

    List<WebhookEndpoint> list(String owner) throws SQLException {
        return Sql.query(dataSource, LIST, WebhookEndpoint::of, owner);
    }

    WebhookEndpoint find(UUID id, String owner) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return find(connection, id, owner);
        }
    }

    /** What waits for an endpoint that is disabled is discarded. */
    WebhookEndpoint change(UUID id, String owner, Wanted wanted) throws Exception {
        return Sql.inTransaction(dataSource, connection -> {
            boolean enabled = wanted.enabled();
            require(Sql.update(connection, CHANGE, wanted.url(), wanted.description(), array(wanted.events()),
                    wanted.alertEmail(), enabled, enabled, enabled, enabled ? "enabled" : "disabled", id, owner));
            if (!enabled) {
                Sql.update(connection, DISCARD, Sql.column("uuid", List.of(id), one -> one));
            }
            return find(connection, id, owner);
        });
    }

    /** The record of what was delivered stays until its retention ends; the secret goes at once. */
    void delete(UUID id, String owner) throws Exception {
        Sql.inTransaction(dataSource, connection -> {
            require(Sql.update(connection, DELETE, id, owner));
            return Sql.update(connection, DISCARD, Sql.column("uuid", List.of(id), one -> one));
        });
    }

    WithSecret rotate(UUID id, String owner, Idempotency.Key key) throws Exception {
        byte[] sealed = secrets.seal(id, WebhookSecret.next());
        return Sql.inTransaction(dataSource, connection -> {
            boolean replayed = Idempotency.claim(connection, key, id).isPresent();
            if (!replayed) {
                require(Sql.update(connection, ROTATE, sealed, (double) settings.secretOverlap().toSeconds(), id, owner));
            }
            return withSecret(connection, id, owner, replayed);
        });
    }

    private WithSecret withSecret(Connection connection, UUID id, String owner, boolean replayed) throws SQLException {
        WebhookEndpoint endpoint = find(connection, id, owner);
        byte[] sealed = Sql.query(connection, SECRET, row -> row.getBytes(1), id, owner).get(0);
        return new WithSecret(endpoint, secrets.open(id, sealed), replayed);
    }

    static WebhookEndpoint find(Connection connection, UUID id, String owner) throws SQLException {
        return Sql.query(connection, FIND, WebhookEndpoint::of, id, owner).stream().findFirst()
                .orElseThrow(WebhookEndpoints::unknown);
    }

    private static void require(int changed) {
        if (changed == 0) {
            throw unknown();
        }
    }

    static ProblemException unknown() {
        return ProblemException.notFound("There is no webhook endpoint with this id.");
    }

    private static Object array(List<String> events) {
        return events == null ? null : Sql.column("text", events, one -> one);
    }
}
