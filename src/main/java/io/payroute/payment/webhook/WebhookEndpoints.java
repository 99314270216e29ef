package io.payroute.payment.webhook;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.access.SecretBox;
import io.payroute.platform.sql.Sql;

/** The endpoints of each owner. No owner sees or changes another's: to him it does not exist. */
@ApplicationScoped
public class WebhookEndpoints {

    /** Each is a signature in every request's head. */
    static final int MOST_OLD_SECRETS = 10;

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
            UPDATE webhook_endpoint SET status = 'deleted', updated_at = now(), secret = NULL,
              disabled_reason = NULL, disabled_at = NULL, alert_due_at = NULL""" + LIVE;
    private static final String FORGET = "DELETE FROM webhook_old_secret WHERE endpoint_id = ?";
    private static final String LOCK = "SELECT 1 FROM webhook_endpoint" + LIVE + " FOR UPDATE";
    private static final String COUNT_OLD = "SELECT count(*) FROM webhook_old_secret WHERE endpoint_id = ? AND until > now()";
    /** Those that were replaced before keep their own time. */
    private static final String ROTATE = """
            WITH replaced AS (
              INSERT INTO webhook_old_secret (endpoint_id, secret, until)
              SELECT id, secret, now() + make_interval(secs => ?) FROM webhook_endpoint WHERE id = ?)
            UPDATE webhook_endpoint SET secret = ?, updated_at = now() WHERE id = ?""";
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
        this.dataSource = databases.of(PaymentRole.NAME);
        this.secrets = secrets;
        this.settings = settings;
    }

    /** @throws Refusal 409 when the owner has as many as allowed, 503 when secrets cannot be sealed */
    WithSecret create(String owner, Wanted wanted, Idempotency.Key key) throws Exception {
        UUID id = Ids.next();
        byte[] sealed = WebhookSecret.next().seal(secrets, id);
        return Sql.inTransaction(dataSource, connection -> {
            Optional<UUID> earlier = Idempotency.claim(connection, key, id);
            if (earlier.isEmpty()) {
                long count = Sql.query(connection, COUNT, row -> row.getLong(1), owner).get(0);
                if (count >= settings.maxEndpoints()) {
                    throw Refusal.conflict("There are " + count + " webhook endpoints already; delete one first.");
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

    /**
     * What waits for an endpoint that is disabled is discarded.
     *
     * @param change of what was said so far; it must not wait, since the endpoint is locked meanwhile
     */
    WebhookEndpoint change(UUID id, String owner, UnaryOperator<Wanted> change) throws Exception {
        return Sql.inTransaction(dataSource, connection -> {
            require(Sql.query(connection, LOCK, row -> 1, id, owner).size());
            WebhookEndpoint found = find(connection, id, owner);
            Wanted wanted = change.apply(new Wanted(found.url(), found.description(), found.events(), found.alertEmail(),
                    found.enabled()));
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
            Sql.update(connection, FORGET, id);
            return Sql.update(connection, DISCARD, Sql.column("uuid", List.of(id), one -> one));
        });
    }

    /** @throws Refusal 409 when so many replaced secrets still sign that another would not fit into a request's head */
    WithSecret rotate(UUID id, String owner, Idempotency.Key key) throws Exception {
        byte[] sealed = WebhookSecret.next().seal(secrets, id);
        return Sql.inTransaction(dataSource, connection -> {
            boolean replayed = Idempotency.claim(connection, key, id).isPresent();
            if (!replayed) {
                require(Sql.query(connection, LOCK, row -> 1, id, owner).size());
                if (Sql.query(connection, COUNT_OLD, row -> row.getInt(1), id).get(0) >= MOST_OLD_SECRETS) {
                    throw Refusal.conflict("The secret was replaced " + MOST_OLD_SECRETS
                            + " times, and all those before it still sign; rotate again when the first has ended.");
                }
                Sql.update(connection, ROTATE, (double) settings.secretOverlap().toSeconds(), id, sealed, id);
            }
            return withSecret(connection, id, owner, replayed);
        });
    }

    private WithSecret withSecret(Connection connection, UUID id, String owner, boolean replayed) throws SQLException {
        WebhookEndpoint endpoint = find(connection, id, owner);
        byte[] sealed = Sql.query(connection, SECRET, row -> row.getBytes(1), id, owner).get(0);
        return new WithSecret(endpoint, WebhookSecret.open(secrets, id, sealed), replayed);
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

    static Refusal unknown() {
        return Refusal.notFound("There is no webhook endpoint with this id.");
    }

    private static Object array(List<String> events) {
        return events == null ? null : Sql.column("text", events, one -> one);
    }
}
