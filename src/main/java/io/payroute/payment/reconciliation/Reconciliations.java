package io.payroute.payment.reconciliation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.provider.ProviderListing;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * The runs as stored. A run belongs to the process that claimed it while its lease lasts; every step of it renews the lease and
 * compares what it found with what is stored, so that a process that comes back late changes nothing.
 */
@ApplicationScoped
class Reconciliations {

    private static final String INSERT = """
            INSERT INTO reconciliation (id, provider, from_at, to_at, repair, requested_by, settled_at)
            VALUES (?, ?, ?, ?, ?, ?, now() - make_interval(secs => ?))""";
    private static final String INSERT_YESTERDAY = """
            INSERT INTO reconciliation (id, provider, from_at, to_at, repair, requested_by, settled_at)
            SELECT ?, ?, today - interval '1 day', today, ?, 'schedule', now() - make_interval(secs => ?)
            FROM date_trunc('day', now(), 'UTC') AS today WHERE now() >= today + ?::interval ON CONFLICT DO NOTHING""";
    private static final String CLAIM = """
            UPDATE reconciliation SET due_at = now() + make_interval(secs => ?)
            WHERE id = (SELECT id FROM reconciliation WHERE status = 'running' AND due_at <= now() ORDER BY due_at LIMIT 1
              FOR UPDATE SKIP LOCKED)
            RETURNING *""";
    private static final Rows<ProviderListing.Entry> ROWS = new Rows<ProviderListing.Entry>()
            .text("reference", ProviderListing.Entry::reference).uuid("payment_id", ProviderListing.Entry::paymentId)
            .int8("amount_minor", entry -> entry.money().minor()).text("currency", entry -> entry.money().currency())
            .text("status", entry -> entry.status().word()).int8("captured_minor", ProviderListing.Entry::captured)
            .int8("refunded_minor", ProviderListing.Entry::refunded).jsonb("refunds", entry -> json(entry.refunds()))
            .bool("disputed", ProviderListing.Entry::disputed).timestamptz("created_at", ProviderListing.Entry::createdAt);
    private static final String ENTRIES = """
            INSERT INTO reconciliation_entry (reconciliation_id, reference, payment_id, amount_minor, currency, status,
              captured_minor, refunded_minor, refunds, disputed, created_at)
            SELECT DISTINCT ON (reference) ?::uuid, * FROM %s
            ON CONFLICT (reconciliation_id, reference) DO NOTHING""".formatted(ROWS.unnest());
    private static final String LISTED = """
            UPDATE reconciliation SET cursor = ?, listed = listed + ?, phase = ?, due_at = now() + make_interval(secs => ?)
            WHERE id = ? AND status = 'running' AND phase = 'list' AND cursor IS NOT DISTINCT FROM ?""";
    private static final String PHASE = """
            UPDATE reconciliation SET phase = ?, due_at = now() + make_interval(secs => ?)
            WHERE id = ? AND status = 'running' AND phase = ?""";
    private static final String END = """
            UPDATE reconciliation SET status = 'completed', ended_at = now(), differences = (
              SELECT coalesce(jsonb_object_agg(kind, n), '{}') FROM (
                SELECT kind, count(*) AS n FROM reconciliation_difference WHERE reconciliation_id = ? GROUP BY kind) k)
            WHERE id = ? AND status = 'running'""";
    /** What was repaired, and what earlier runs found in the days that this one has looked at. */
    private static final String CLOSE_SEEN = """
            UPDATE reconciliation_difference d SET closed_at = now(), closed_by = 'reconciliation',
              closed_reason = CASE WHEN o.id = r.id THEN 'repaired' ELSE 'compared again' END
            FROM reconciliation r, reconciliation o
            WHERE r.id = ? AND o.id = d.reconciliation_id AND d.closed_at IS NULL AND (
              o.id = r.id AND d.effect IN ('applied', 'no_effect')
              OR o.id <> r.id AND o.provider = r.provider AND o.from_at >= r.from_at AND o.to_at <= r.to_at
                AND o.created_at <= r.created_at)""";
    private static final String FORGET_LIST = "DELETE FROM reconciliation_entry WHERE reconciliation_id = ?";
    private static final String FAILED = """
            UPDATE reconciliation SET failures = failures + 1, reason = ?,
              due_at = now() + make_interval(secs => least(1800, 15 * power(2, least(failures, 10)))),
              status = CASE WHEN failures + 1 >= ? THEN 'failed' ELSE status END,
              ended_at = CASE WHEN failures + 1 >= ? THEN now() END
            WHERE id = ? AND status = 'running'""";
    private static final int MAX_FAILURES = 20;
    private static final String FIND = "SELECT * FROM reconciliation WHERE id = ?";
    private static final String LATEST = "SELECT * FROM reconciliation ORDER BY created_at DESC, id DESC LIMIT ?";

    private final DataSource dataSource;
    private final Duration grace;
    private final double leaseSeconds;

    Reconciliations(RoleDatabases databases, @ConfigProperty(name = "payment.reconciliation.grace") Duration grace,
            @ConfigProperty(name = "payment.reconciliation.lease") Duration lease) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.grace = grace;
        this.leaseSeconds = lease.toMillis() / 1000.0;
    }

    DataSource dataSource() {
        return dataSource;
    }

    Duration grace() {
        return grace;
    }

    /** The run of the schedule for the day that has ended; made once. @param at the time of day, in UTC, from which it is due */
    void addYesterday(UUID id, String provider, LocalTime at, boolean repair) throws SQLException {
        Sql.update(dataSource, INSERT_YESTERDAY, id, provider, repair, (double) grace.toSeconds(), at.toString());
    }

    void add(Connection connection, UUID id, String provider, Instant from, Instant to, boolean repair, String requestedBy)
            throws SQLException {
        Sql.update(connection, INSERT, id, provider, from, to, repair, requestedBy, (double) grace.toSeconds());
    }

    Optional<Reconciliation> claim(double seconds) throws SQLException {
        return Sql.query(dataSource, CLAIM, Reconciliations::run, seconds).stream().findFirst();
    }

    /** Stores a page of the provider's list, and where the next one begins. */
    void listed(Reconciliation run, ProviderListing.Page page) throws Exception {
        List<ProviderListing.Entry> entries = page.entries();
        Sql.inTransaction(dataSource, connection -> {
            still(Sql.update(connection, LISTED, page.nextCursor(), entries.size(),
                    page.nextCursor() == null ? "compare" : "list",
                    leaseSeconds, run.id(), run.cursor()));
            return Sql.update(connection, ENTRIES, run.id(), ROWS.of(entries));
        });
    }

    /** Goes on to the next phase, in the caller's transaction. */
    void phase(Connection connection, UUID id, String from, String to) throws SQLException {
        still(Sql.update(connection, PHASE, to, leaseSeconds, id, from));
    }

    void end(UUID id) throws Exception {
        Sql.inTransaction(dataSource, connection -> {
            Sql.update(connection, FORGET_LIST, id);
            Sql.update(connection, CLOSE_SEEN, id);
            return Sql.update(connection, END, id, id);
        });
    }

    /** It is tried again, later each time, and given up in the end. */
    void failed(UUID id, String reason) throws SQLException {
        Sql.update(dataSource, FAILED, reason, MAX_FAILURES, MAX_FAILURES, id);
    }

    Optional<Reconciliation> find(UUID id) throws SQLException {
        return Sql.query(dataSource, FIND, Reconciliations::run, id).stream().findFirst();
    }

    List<Reconciliation> latest(int limit) throws SQLException {
        return Sql.query(dataSource, LATEST, Reconciliations::run, limit);
    }

    private static void still(int changed) {
        if (changed == 0) {
            throw new IllegalStateException("another process has taken the run over");
        }
    }

    private static String json(List<ProviderListing.Refund> refunds) {
        JsonArray json = new JsonArray();
        refunds.forEach(refund -> json.add(new JsonObject().put("reference", refund.reference())
                .put("operation", refund.operationId() == null ? null : refund.operationId().toString())
                .put("minor", refund.minor())));
        return json.encode();
    }

    private static Reconciliation run(ResultSet row) throws SQLException {
        return new Reconciliation(row.getObject("id", UUID.class), row.getString("provider"), Sql.instant(row, "from_at"),
                Sql.instant(row, "to_at"), row.getBoolean("repair"), row.getString("requested_by"), row.getString("status"),
                row.getString("phase"), row.getString("cursor"), row.getLong("listed"), row.getString("differences"),
                row.getString("reason"), row.getInt("failures"), Sql.instant(row, "created_at"), Sql.instant(row, "ended_at"));
    }
}
