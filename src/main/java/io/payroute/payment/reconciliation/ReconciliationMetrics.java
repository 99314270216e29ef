package io.payroute.payment.reconciliation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonObject;

/** What the last completed run of each provider found, and when; read from the database, so it outlives a restart. */
@ApplicationScoped
class ReconciliationMetrics {

    private static final List<String> KINDS = List.of("missing", "extra", "amount", "status", "refund", "dispute");
    private static final String LAST = """
            SELECT DISTINCT ON (provider) provider, differences, extract(epoch FROM ended_at) AS at FROM reconciliation
            WHERE status = 'completed' ORDER BY provider, ended_at DESC""";

    private record Last(String provider, JsonObject differences, double at) {
    }

    private final Reconciliations runs;
    private final MultiGauge differences;
    private final MultiGauge success;

    ReconciliationMetrics(Reconciliations runs, MeterRegistry meters) {
        this.runs = runs;
        this.differences = MultiGauge.builder("payroute.reconciliation.differences")
                .description("Differences found by the last reconciliation").register(meters);
        this.success = MultiGauge.builder("payroute.reconciliation.last.success.seconds")
                .description("When the last reconciliation ended, in seconds since 1970").register(meters);
    }

    void refresh() throws SQLException {
        List<Last> last = Sql.query(runs.dataSource(), LAST, ReconciliationMetrics::last);
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (Last run : last) {
            for (String kind : KINDS) {
                rows.add(MultiGauge.Row.of(Tags.of("provider", run.provider(), "kind", kind),
                        run.differences().getLong(kind, 0L)));
            }
        }
        differences.register(rows, true);
        success.register(last.stream().<MultiGauge.Row<?>>map(run -> MultiGauge.Row.of(Tags.of("provider", run.provider()),
                run.at())).toList(), true);
    }

    private static Last last(ResultSet row) throws SQLException {
        return new Last(row.getString("provider"), new JsonObject(row.getString("differences")), row.getDouble("at"));
    }
}
