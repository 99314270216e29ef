package io.payroute.payment.charge;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.routing.ProviderMeters;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.payment.routing.ProviderTries;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;

/**
 * Gives due charges of a provider whose breaker is open to another of their rule. Only charges that provably reached nobody are
 * rerouted: never sent, or every call answered. Work row, payment and its event change together, and only if no worker has claimed
 * the charge meanwhile.
 */
@ApplicationScoped
public class RerouteCharges {

    static final String REASON = "breaker_open";
    private static final String FIND = """
            SELECT w.payment_id, w.provider, w.attempts, p.provider_rule, CASE WHEN w.attempts > 0 THEN %s END AS tries
            FROM charge_work w JOIN payment p ON p.id = w.payment_id
            WHERE w.not_before <= now() AND w.due_at <= now() AND w.sent_at IS NULL AND w.queries = 0 AND w.provider = ANY(?) AND p.provider_rule = ANY(?)
              AND p.status IN ('pending', 'processing')
            ORDER BY w.attempts, w.due_at LIMIT ?""".formatted(ProviderTries.COLUMN);
    private static final Rows<Reroute> ROWS = new Rows<Reroute>().uuid("id", one -> one.charge().id())
            .text("previous", one -> one.charge().provider()).text("next", Reroute::provider)
            .int4("attempts", one -> one.charge().attempts());
    private static final String REROUTE = """
            WITH input AS (
              SELECT * FROM %s),
            held AS (
              SELECT i.* FROM charge_work w JOIN input i ON i.id = w.payment_id
              WHERE w.payment_id = ANY (ARRAY (SELECT id FROM input)) AND w.provider = i.previous AND w.attempts = i.attempts AND w.queries = 0 AND w.sent_at IS NULL
              FOR UPDATE OF w SKIP LOCKED),
            rerouted AS (
              UPDATE payment p SET provider = h.next, provider_reference = NULL, updated_at = now()
              FROM held h WHERE p.id = h.id AND p.status IN ('pending', 'processing')
              RETURNING h.*),
            work AS (
              UPDATE charge_work w SET provider = m.next FROM rerouted m
              WHERE w.payment_id = ANY (ARRAY (SELECT id FROM rerouted)) AND w.payment_id = m.id)
            INSERT INTO payment_event (payment_id, type, detail)
            SELECT id, '%s', jsonb_build_object('from', previous, 'to', next, 'reason', '%s') FROM rerouted"""
            .formatted(ROWS.unnest(), ChargeDecision.FAILOVER, REASON);

    private record Waiting(UUID id, String provider, int attempts, String rule, ProviderTries tries) {
    }

    private record Reroute(Waiting charge, String provider) {
    }

    private final DataSource dataSource;
    private final ProviderRules rules;
    private final ProviderFailover failover;
    private final ProviderMeters meters;

    public RerouteCharges(RoleDatabases databases, ProviderRules rules, ProviderFailover failover, ProviderMeters meters) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.rules = rules;
        this.failover = failover;
        this.meters = meters;
    }

    /**
     * @param open the providers whose breakers are open
     * @param limit how many charges are read
     * @return how many were rerouted
     */
    int around(List<String> open, int limit) throws SQLException {
        List<String> movable = rules.withAlternativeTo(open);
        if (movable.isEmpty()) {
            return 0;
        }
        List<Reroute> reroutes = new ArrayList<>();
        for (Waiting charge : Sql.query(dataSource, FIND, RerouteCharges::waiting, text(open), text(movable), limit)) {
            failover.around(charge.provider(), rules.chain(charge.rule(), charge.id(), charge.provider()), charge.tries(), open)
                    .ifPresent(provider -> reroutes.add(new Reroute(charge, provider)));
        }
        return reroutes.isEmpty() ? 0 : reroute(reroutes);
    }

    private int reroute(List<Reroute> reroutes) throws SQLException {
        int rerouted = Sql.update(dataSource, REROUTE, ROWS.of(reroutes));
        meters.failedOver(REASON, rerouted);
        return rerouted;
    }

    private static Sql.Column text(List<String> words) {
        return Sql.column("text", words, word -> word);
    }

    private static Waiting waiting(ResultSet row) throws SQLException {
        return new Waiting(row.getObject("payment_id", UUID.class), row.getString("provider"), row.getInt("attempts"),
                row.getString("provider_rule"), ProviderTries.read(row, "tries"));
    }
}
