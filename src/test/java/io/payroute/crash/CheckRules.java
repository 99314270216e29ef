package io.payroute.crash;

import java.util.List;

/** What must hold in each database when nothing is left to do: a statement gives one row, one text, for each violation. */
final class CheckRules {

    record Rule(String name, String sql) {
    }

    /** Final by itself, or put aside where an operator finds it. */
    private static final String DEAD = "EXISTS (SELECT 1 FROM dead_letter d WHERE d.message_key = convert_to(p.id::text, 'UTF8'))";

    private static final String PAID = "('completed', 'partially_refunded', 'refunded')";

    static final List<Rule> PAYMENT = List.of(
            new Rule("not-final", "SELECT p.id || ' is ' || p.status FROM payment p "
                    + "WHERE p.status NOT IN ('completed', 'partially_refunded', 'refunded', 'failed', 'cancelled') AND NOT "
                    + DEAD),
            new Rule("payment-without-key", "SELECT p.id::text FROM payment p "
                    + "LEFT JOIN idempotency_key k ON k.resource_id = p.id WHERE k.resource_id IS NULL"),
            new Rule("key-without-effect", "SELECT k.idempotency_key FROM idempotency_key k "
                    + "WHERE NOT EXISTS (SELECT 1 FROM payment p WHERE p.id = k.resource_id) "
                    + "AND NOT EXISTS (SELECT 1 FROM payment_operation o WHERE o.id = k.resource_id) "
                    + "AND NOT EXISTS (SELECT 1 FROM webhook_endpoint e WHERE e.id = k.resource_id)"),
            new Rule("charged-twice", "SELECT charge_key || ' has ' || count(*) || ' charges: ' "
                    + "|| string_agg(status || ' at ' || created_at, ', ' ORDER BY id) FROM sandbox_charge "
                    + "WHERE operation IN ('charge', 'authorize') GROUP BY charge_key HAVING count(*) > 1"),
            new Rule("completed-not-charged", "SELECT p.id::text FROM payment p WHERE p.status IN " + PAID
                    + " AND NOT EXISTS (SELECT 1 FROM sandbox_charge c WHERE c.payment_key = p.id::text "
                    + "AND c.status IN ('charged', 'captured'))"),
            new Rule("charged-not-completed", "SELECT c.payment_key || ' is ' || coalesce(p.status, 'missing') "
                    + "FROM sandbox_charge c LEFT JOIN payment p ON p.id::text = c.payment_key "
                    + "WHERE c.status IN ('charged', 'captured') AND (p.id IS NULL OR p.status NOT IN " + PAID + ")"),
            new Rule("failed-not-declined", "SELECT p.id || ': ' || coalesce(p.reason, 'no reason') FROM payment p "
                    + "WHERE p.status = 'failed' AND NOT EXISTS (SELECT 1 FROM sandbox_charge c "
                    + "WHERE c.charge_key = p.id::text AND c.status = 'declined')"),
            new Rule("wrong-amount", "SELECT p.id::text FROM payment p JOIN sandbox_charge c ON c.charge_key = p.id::text "
                    + "WHERE c.amount_minor <> p.amount_minor OR c.currency <> p.currency"),
            new Rule("illegal-step", "SELECT t.payment_id || ' went from ' || t.from_status || ' to ' || t.to_status "
                    + "FROM payment_transition t LEFT JOIN payment_transition_rule r USING (from_status, to_status) "
                    + "WHERE r.from_status IS NULL"),
            new Rule("broken-path", """
                    SELECT payment_id || ' was ' || expected || ' and went on from ' || from_status FROM (
                      SELECT payment_id, from_status,
                        lag(to_status, 1, 'pending') OVER (PARTITION BY payment_id ORDER BY id) AS expected
                      FROM payment_transition) steps
                    WHERE from_status <> expected"""),
            new Rule("path-ends-elsewhere", """
                    SELECT p.id || ' is ' || p.status || ', its path ends at ' || coalesce(t.to_status, 'pending') FROM payment p
                    LEFT JOIN (SELECT DISTINCT ON (payment_id) payment_id, to_status FROM payment_transition
                      ORDER BY payment_id, id DESC) t ON t.payment_id = p.id
                    WHERE p.status <> coalesce(t.to_status, 'pending')"""),
            new Rule("work-left", "SELECT 'charge of ' || payment_id FROM charge_work"),
            new Rule("outbox-left", "SELECT topic || ' ' || event_id FROM outbox"));

    static final List<Rule> NOTIFICATION = List.of(
            new Rule("notified-twice",
                    "SELECT fields->>'paymentId' || ' has ' || count(*) || ' notifications' FROM notification "
                            + "GROUP BY kind, fields->>'paymentId', fields->>'status' HAVING count(*) > 1"),
            new Rule("not-sent", "SELECT dedupe_key || ' is ' || status || coalesce(', ' || reason, '') FROM notification "
                    + "WHERE status NOT IN ('sent', 'skipped')"),
            new Rule("work-left", "SELECT 'message ' || id FROM notification_work"),
            new Rule("outbox-left", "SELECT topic || ' ' || event_id FROM outbox"));

    private CheckRules() {
    }
}
