package io.payroute.payment.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.vertx.core.json.JsonObject;

/**
 * Tells all that happened to a payment, oldest first, in one query over the tables that each keep a part of it. What happened
 * at the same instant comes in the order of the parts below. A call's start is when the statement that claimed it began, which ends
 * by noting that the payment is processed: no call is told before that.
 */
@ApplicationScoped
public class PaymentHistory {

    private static final String HISTORY = """
            WITH p AS (SELECT * FROM payment WHERE id = ? AND (?::text IS NULL OR user_id = ?)),
            begun AS (SELECT min(t.at) AS at FROM p JOIN payment_transition t ON t.payment_id = p.id AND t.to_status = 'processing'),
            history AS (
              SELECT created_at AS at, 1 AS part, 0 AS number, 'payment.created' AS type,
                json_build_object('user_id', user_id, 'requested_by', requested_by, 'amount_minor', amount_minor, 'method', method, 'capture', capture,
                  'description', description, 'order_id', order_id) AS detail
              FROM p
              UNION ALL
              SELECT created_at, 2, 0, 'provider.chosen', json_build_object('provider', provider, 'rule', provider_rule) FROM p
              UNION ALL
              SELECT t.at, 3, t.id, 'payment.status',
                json_build_object('from', from_status, 'to', to_status, 'reason', t.reason)
              FROM p JOIN payment_transition t ON t.payment_id = p.id
              UNION ALL
              SELECT o.created_at, 4, 0, 'operation.requested', json_build_object('operation_id', o.id, 'operation', o.kind,
                'amount_minor', o.amount_minor, 'requested_by', o.requested_by)
              FROM p JOIN payment_operation o ON o.payment_id = p.id
              UNION ALL
              SELECT greatest(c.started_at, b.at), 5, c.id, 'provider.call', json_build_object('provider', c.provider, 'operation', c.operation,
                'operation_id', c.operation_id, 'attempt', c.attempt, 'outcome', c.outcome, 'detail', c.detail,
                'ended_at', c.ended_at)
              FROM p JOIN provider_call c ON c.payment_id = p.id AND c.operation <> '%s' CROSS JOIN begun b
              UNION ALL
              SELECT o.ended_at, 6, 0, 'operation.ended', json_build_object('operation_id', o.id, 'operation', o.kind,
                'status', o.status, 'reason', o.reason, 'provider_reference', o.provider_reference)
              FROM p JOIN payment_operation o ON o.payment_id = p.id WHERE o.ended_at IS NOT NULL
              UNION ALL
              SELECT e.at, 7, e.id, e.type, coalesce(e.detail, '{}')::json
              FROM p JOIN payment_event e ON e.payment_id = p.id
              UNION ALL
              SELECT e.received_at, 8, 0, 'provider.event', json_build_object('provider', e.provider, 'event_id', e.event_id,
                'event_type', e.type, 'status', e.status, 'reason', e.detail, 'replays', nullif(e.replays, 0),
                'applied_at', e.applied_at)
              FROM p JOIN provider_event e ON e.payment_id = p.id
              UNION ALL
              SELECT d.created_at, 9, 0, 'webhook', json_build_object('webhook_id', d.id, 'endpoint_id', d.endpoint_id,
                'event_type', d.type, 'status', d.status, 'attempts', d.attempts, 'last_attempt_at', d.last_attempt_at)
              FROM p JOIN webhook_delivery d ON d.payment_id = p.id
              UNION ALL
              SELECT d.created_at, 10, d.id, 'dead-letter.stored', json_build_object('dead_letter', d.id, 'source', d.source,
                'reason', d.cause)
              FROM p JOIN dead_letter d ON d.message_key = convert_to(p.id::text, 'UTF8')
              UNION ALL
              SELECT d.replayed_at, 11, d.id, 'dead-letter.replayed', json_build_object('dead_letter', d.id,
                'replays', d.replays)
              FROM p JOIN dead_letter d ON d.message_key = convert_to(p.id::text, 'UTF8') WHERE d.replayed_at IS NOT NULL)
            SELECT s.at, s.type, json_strip_nulls(s.detail)::text AS detail, p.currency
            FROM history s CROSS JOIN p ORDER BY s.at, s.part, s.number""".formatted(ProviderEvent.NO_CALL);

    /** Outcomes whose detail is a failure of ours to reach the provider, not the provider's answer. */
    private static final Set<String> INSIDE = Set.of("unanswered", "not_done");

    private static final String MINOR = "_minor";

    private final DataSource dataSource;

    public PaymentHistory(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    /**
     * @param user null for anybody's payment
     * @return empty when there is no such payment of this user
     */
    List<JsonObject> of(UUID payment, String user) throws SQLException {
        List<JsonObject> history = Sql.query(dataSource, HISTORY, PaymentHistory::event, payment, user, user);
        if (user != null) {
            history.forEach(PaymentHistory::keepToTheOperator);
        }
        return history;
    }

    /** What went wrong inside, such as the address of a host that did not answer, is for those who run this. */
    private static void keepToTheOperator(JsonObject event) {
        switch (event.getString("type")) {
            case "provider.call" -> {
                if (INSIDE.contains(event.getString("outcome"))) {
                    event.remove("detail");
                }
            }
            case "provider.event", "dead-letter.stored" -> event.remove("reason");
            case "provider.conflict-closed" -> {
                event.remove("reason");
                event.remove("by");
            }
            default -> {
            }
        }
    }

    private static JsonObject event(ResultSet row) throws SQLException {
        JsonObject event = new JsonObject().put("at", Sql.instant(row, "at").toString()).put("type", row.getString("type"));
        String currency = row.getString("currency");
        for (Map.Entry<String, Object> detail : new JsonObject(row.getString("detail"))) {
            String name = detail.getKey();
            if (name.endsWith(MINOR)) {
                Money money = new Money(((Number) detail.getValue()).longValue(), currency);
                event.put(name.equals("amount_minor") ? "amount" : name.replace(MINOR, "_amount"), money.toDecimal())
                        .put(name, money.minor()).put("currency", currency);
            } else if (name.endsWith("_at")) {
                event.put(name, OffsetDateTime.parse((String) detail.getValue()).toInstant().toString());
            } else if (!event.containsKey(name)) {
                event.put(name, detail.getValue());
            }
        }
        return event;
    }
}
