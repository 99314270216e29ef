package io.payroute.payment.reconciliation;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.QueueSamples;
import io.quarkus.arc.Unremovable;
import io.vertx.core.json.JsonObject;

/**
 * What the runs found and nobody has settled: a finding is open until its repair was applied, a later run has looked at its days
 * again, or a person closes it and says why. Closing changes no payment.
 */
@ApplicationScoped
class ReconciliationFindings {

    static final String QUEUE = "reconciliation-findings";
    private static final String OPEN = "reconciliation_difference WHERE closed_at IS NULL";
    private static final String COUNT = "SELECT reconciliation_id, count(*) FROM " + OPEN + " GROUP BY reconciliation_id";
    private static final String FIRST = """
            SELECT * FROM reconciliation_difference WHERE reconciliation_id = ? ORDER BY closed_at IS NOT NULL, id LIMIT ?""";
    private static final String CLOSE = """
            UPDATE reconciliation_difference SET closed_at = now(), closed_by = ?, closed_reason = ?
            WHERE id = ? AND reconciliation_id = ? AND closed_at IS NULL""";

    private record Open(UUID run, long findings) {
    }

    private final DataSource database;

    ReconciliationFindings(RoleDatabases databases) {
        this.database = databases.of(PaymentRole.NAME);
    }

    @Produces
    @Unremovable
    QueueSamples.Watched open() {
        return new QueueSamples.Watched(PaymentRole.NAME, QUEUE, new Backlog(OPEN, "found_at"));
    }

    /** How many are open, by the id of their run; runs that have none are not named. */
    Map<String, Long> openByRun() throws SQLException {
        return Sql.query(database, COUNT, row -> new Open(row.getObject(1, UUID.class), row.getLong(2))).stream()
                .collect(Collectors.toMap(open -> open.run().toString(), Open::findings));
    }

    /** The open ones first. */
    List<JsonObject> first(UUID run, int limit) throws SQLException {
        return Sql.query(database, FIRST, row -> DifferenceFile.json(row).put("id", row.getLong("id"))
                .put("closed_by", row.getString("closed_by")).put("closed_reason", row.getString("closed_reason")), run, limit);
    }

    /** @throws Refusal 404 when there is no such finding, or it is closed */
    void close(UUID run, long finding, String caller, String reason) throws SQLException {
        if (Sql.update(database, CLOSE, caller, reason, finding, run) == 0) {
            throw unknown();
        }
    }

    static Refusal unknown() {
        return Refusal.notFound("There is no open finding with this id.");
    }
}
