package io.payroute.payment.event;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

/** Reads stored events, newest first, and makes them due again. */
@ApplicationScoped
class FindProviderEvents {

    private static final String COLUMNS = "id, provider, event_id, type, kind, payment_id, status, detail, received_at, due_at, "
            + "attempts, replays, applied_at";
    private static final String LIST = "SELECT " + COLUMNS + ", NULL::bytea AS payload FROM provider_event "
            + "WHERE (?::text IS NULL OR status = ?) AND (?::text IS NULL OR provider = ?) AND (?::uuid IS NULL OR id < ?) "
            + "ORDER BY id DESC LIMIT ?";
    private static final String FIND = "SELECT " + COLUMNS + ", payload FROM provider_event WHERE id = ?";
    private static final String REPLAY = "UPDATE provider_event SET status = 'waiting', due_at = now(), waiting_since = now(), "
            + "attempts = 0, replays = replays + 1, detail = NULL, applied_at = NULL WHERE id = ? RETURNING " + COLUMNS
            + ", payload";
    /** What needs an operator. */
    static final String OPEN = "status IN ('conflict', 'unmatched', 'undeclared', 'unreadable', 'failed')";
    private static final String CLOSE = "UPDATE provider_event SET status = 'no_effect', detail = ? WHERE id = ? AND " + OPEN
            + " RETURNING " + COLUMNS + ", payload";

    /** A row; optional values are null, and so is the payload in a list. */
    record Row(UUID id, String provider, String eventId, String type, String kind, UUID paymentId, String status, String detail,
            Instant receivedAt, Instant dueAt, int attempts, int replays, Instant appliedAt, byte[] payload) {
    }

    private final DataSource dataSource;

    FindProviderEvents(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    /** @param before the last id of the page before; null for the first page, as status and provider for all */
    List<Row> list(String status, String provider, UUID before, int limit) throws SQLException {
        return Sql.query(dataSource, LIST, FindProviderEvents::row, status, status, provider, provider, before, before, limit);
    }

    Optional<Row> find(UUID id) throws SQLException {
        return Sql.query(dataSource, FIND, FindProviderEvents::row, id).stream().findFirst();
    }

    /** Makes it due now. What was applied already is applied without effect; so it may be requested at any time. */
    Optional<Row> replay(UUID id) throws SQLException {
        return Sql.query(dataSource, REPLAY, FindProviderEvents::row, id).stream().findFirst();
    }

    /** @return empty when there is no such event, or none that needs an operator */
    Optional<Row> close(UUID id, String why) throws SQLException {
        return Sql.query(dataSource, CLOSE, FindProviderEvents::row, why, id).stream().findFirst();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(row.getObject("id", UUID.class), row.getString("provider"), row.getString("event_id"),
                row.getString("type"), row.getString("kind"), row.getObject("payment_id", UUID.class), row.getString("status"),
                row.getString("detail"), Sql.instant(row, "received_at"), Sql.instant(row, "due_at"), row.getInt("attempts"),
                row.getInt("replays"), Sql.instant(row, "applied_at"), row.getBytes("payload"));
    }
}
