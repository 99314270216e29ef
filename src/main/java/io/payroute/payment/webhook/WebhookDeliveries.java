package io.payroute.payment.webhook;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.Seen;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonObject;

/**
 * What was sent to an endpoint, and sending it again. A redelivery begins a new round through the retry schedule, with the same
 * {@code webhook-id}; what is on its way at this moment is left alone.
 */
@ApplicationScoped
class WebhookDeliveries {

    private static final String LIST = "SELECT " + WebhookDelivery.COLUMNS + """
             FROM webhook_delivery
            WHERE endpoint_id = ? AND (?::text IS NULL OR status = ?) AND (?::timestamptz IS NULL OR (created_at, id) < (?, ?))
            ORDER BY created_at DESC, id DESC LIMIT ?""";
    private static final String ATTEMPTS = "SELECT * FROM webhook_attempt WHERE delivery_id = ANY(?) ORDER BY id";
    private static final String LOCK = "SELECT status FROM webhook_delivery WHERE id = ? AND endpoint_id = ? FOR UPDATE";
    private static final String ATTEMPTED = "SELECT count(*) FROM webhook_attempt WHERE delivery_id = ?";
    private static final String FIND = "SELECT " + WebhookDelivery.COLUMNS
            + " FROM webhook_delivery WHERE id = ? AND endpoint_id = ?";
    private static final String AGAIN = "UPDATE webhook_delivery SET status = 'pending', step = 0, due_at = now(), "
            + "claimed_at = NULL, redelivery = ? WHERE endpoint_id = ? ";
    private static final String AGAIN_ONE = AGAIN
            + "AND id = ? AND (status <> 'pending' OR claimed_at IS NULL OR due_at <= now())";
    private static final String AGAIN_SINCE = AGAIN + "AND status IN ('failed', 'discarded') AND created_at >= ?";
    private static final String COUNT = "SELECT count(*) FROM webhook_delivery WHERE endpoint_id = ? AND redelivery = ?";

    /** @param replayed true when an earlier request with the same key has done it */
    record Again<T>(T what, boolean replayed) {
    }

    /** Where a page ends. */
    record Cursor(Instant createdAt, UUID id) {
    }

    record Page(List<JsonObject> deliveries, Cursor next) {
    }

    private final DataSource dataSource;

    WebhookDeliveries(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    /**
     * Newest first.
     *
     * @param status or null for all
     * @param after where the page before ended, or null
     */
    Page list(UUID endpoint, String owner, String status, Cursor after, int limit) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            WebhookEndpoints.find(connection, endpoint, owner);
            Instant createdAt = after == null ? null : after.createdAt();
            List<WebhookDelivery> found = Sql.query(connection, LIST, WebhookDelivery::of, endpoint, status, status, createdAt,
                    createdAt, after == null ? null : after.id(), limit + 1);
            List<WebhookDelivery> page = found.subList(0, Math.min(limit, found.size()));
            WebhookDelivery last = found.size() > limit ? page.get(limit - 1) : null;
            return new Page(json(connection, page), last == null ? null : new Cursor(last.createdAt(), last.id()));
        }
    }

    /** @param seen what the page showed, if one did */
    Again<JsonObject> redeliver(UUID endpoint, String owner, UUID delivery, Idempotency.Key key, Seen seen) throws Exception {
        return Sql.inTransaction(dataSource, connection -> {
            requireEnabled(connection, endpoint, owner);
            Optional<UUID> earlier = Idempotency.claim(connection, key, delivery);
            if (earlier.isEmpty()) {
                check(connection, endpoint, delivery, seen);
                Sql.update(connection, AGAIN_ONE, delivery, endpoint, delivery);
            }
            List<WebhookDelivery> found = Sql.query(connection, FIND, WebhookDelivery::of, delivery, endpoint);
            if (found.isEmpty()) {
                throw unknown();
            }
            return new Again<>(json(connection, found).get(0), earlier.isPresent());
        });
    }

    /** Sends what failed or was discarded and is not older than {@code since}. @return how many */
    Again<Long> redeliverSince(UUID endpoint, String owner, Instant since, Idempotency.Key key) throws Exception {
        UUID request = Ids.next();
        return Sql.inTransaction(dataSource, connection -> {
            requireEnabled(connection, endpoint, owner);
            Optional<UUID> earlier = Idempotency.claim(connection, key, request);
            if (earlier.isEmpty()) {
                Sql.update(connection, AGAIN_SINCE, request, endpoint, since);
            }
            long count = Sql.query(connection, COUNT, row -> row.getLong(1), endpoint, earlier.orElse(request)).get(0);
            return new Again<>(count, earlier.isPresent());
        });
    }

    static Refusal unknown() {
        return Refusal.notFound("There is no delivery with this id.");
    }

    private static void check(Connection connection, UUID endpoint, UUID delivery, Seen seen) throws SQLException {
        for (String status : Sql.query(connection, LOCK, row -> row.getString(1), delivery, endpoint)) {
            seen.check(status, Sql.query(connection, ATTEMPTED, row -> row.getLong(1), delivery).get(0));
        }
    }

    private static void requireEnabled(Connection connection, UUID endpoint, String owner) throws SQLException {
        if (!WebhookEndpoints.find(connection, endpoint, owner).enabled()) {
            throw Refusal.conflict("The webhook endpoint is disabled; enable it first.");
        }
    }

    private static List<JsonObject> json(Connection connection, List<WebhookDelivery> deliveries) throws SQLException {
        Map<UUID, List<WebhookDelivery.Attempt>> attempts = Sql
                .query(connection, ATTEMPTS, WebhookDelivery.Attempt::of, Sql.column("uuid", deliveries, WebhookDelivery::id))
                .stream().collect(Collectors.groupingBy(WebhookDelivery.Attempt::delivery));
        return deliveries.stream().map(one -> one.json(attempts.getOrDefault(one.id(), List.of()))).toList();
    }
}
