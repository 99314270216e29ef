package io.payroute.crash;

import java.util.List;

import io.payroute.crash.CheckRules.Rule;

/**
 * What must hold of captures, cancellations and refunds when nothing is left to do: each ended, each done at the provider once,
 * and the same sums in the payment, in its operations and in the provider's books.
 */
final class OperationRules {

    /** Of each payment: what its refunds make, and what the provider has charged and refunded. */
    private static final String SUMS = """
            SELECT p.*, coalesce(o.refunds, 0) AS refunds, coalesce(c.refunded, 0) AS refunded_there,
              coalesce(c.captured, 0) AS captured_there
            FROM payment p
            LEFT JOIN (SELECT payment_id, sum(amount_minor) AS refunds FROM payment_operation
              WHERE kind = 'refund' AND status = 'succeeded' GROUP BY payment_id) o ON o.payment_id = p.id
            LEFT JOIN (SELECT payment_key, sum(amount_minor) FILTER (WHERE status = 'refunded') AS refunded,
                sum(amount_minor) FILTER (WHERE status IN ('charged', 'captured')) AS captured
              FROM sandbox_charge GROUP BY payment_key) c ON c.payment_key = p.id::text""";

    /** The payment had not been sent to the provider. */
    private static final String AT_ONCE = "o.kind = 'cancel' AND o.attempts = 0";

    static final List<Rule> ALL = List.of(
            new Rule("operation-open", "SELECT kind || ' ' || id FROM payment_operation WHERE status = 'pending'"),
            new Rule("operation-done-twice", "SELECT operation || ' ' || charge_key || ' was done ' || count(*) || ' times' "
                    + "FROM sandbox_charge WHERE operation NOT IN ('charge', 'authorize') GROUP BY operation, charge_key "
                    + "HAVING count(*) > 1"),
            new Rule("operation-not-done", "SELECT o.kind || ' ' || o.id FROM payment_operation o WHERE o.status = 'succeeded' "
                    + "AND NOT (" + AT_ONCE
                    + ") AND NOT EXISTS (SELECT 1 FROM sandbox_charge c WHERE c.charge_key = o.id::text "
                    + "AND c.status IN ('captured', 'cancelled', 'refunded') AND c.amount_minor = o.amount_minor)"),
            new Rule("operation-not-refused", "SELECT o.kind || ' ' || o.id || ': ' || coalesce(o.reason, 'no reason') "
                    + "FROM payment_operation o WHERE o.status = 'failed' AND NOT EXISTS (SELECT 1 FROM sandbox_charge c "
                    + "WHERE c.charge_key = o.id::text AND c.status = 'declined')"),
            new Rule("operation-done-unknown", "SELECT c.operation || ' ' || c.charge_key || ' is ' "
                    + "|| coalesce(o.status, 'missing') FROM sandbox_charge c LEFT JOIN payment_operation o "
                    + "ON o.id::text = c.charge_key AND o.kind = c.operation WHERE c.status IN ('captured', 'cancelled', 'refunded') "
                    + "AND o.status IS DISTINCT FROM 'succeeded'"),
            new Rule("refunded-differs", "SELECT id || ' has refunded ' || refunded_minor || ', its refunds make ' || refunds "
                    + "FROM (" + SUMS + ") s WHERE refunded_minor <> refunds"),
            new Rule("refunded-differs-there", "SELECT id || ' has refunded ' || refunded_minor || ', the provider ' "
                    + "|| refunded_there FROM (" + SUMS + ") s WHERE refunded_minor <> refunded_there"),
            new Rule("captured-differs-there", "SELECT id || ' has captured ' || captured_minor || ', the provider ' "
                    + "|| captured_there FROM (" + SUMS + ") s WHERE captured_minor <> captured_there"),
            new Rule("claim-left",
                    "SELECT id || ' has set aside ' || refund_claimed_minor || ' and refunded ' || refunded_minor "
                            + "FROM payment WHERE refund_claimed_minor <> refunded_minor"),
            new Rule("refunded-too-much",
                    "SELECT id || ' has captured ' || captured_minor || ' and refunded ' || refunded_minor "
                            + "FROM payment WHERE refunded_minor > captured_minor"),
            new Rule("state-not-of-sums", """
                    SELECT id || ' is ' || status || ', captured ' || captured_minor || ', refunded ' || refunded_minor
                    FROM payment WHERE status IN ('completed', 'partially_refunded', 'refunded')
                    AND status <> CASE WHEN refunded_minor = 0 THEN 'completed'
                      WHEN refunded_minor < captured_minor THEN 'partially_refunded' ELSE 'refunded' END"""));

    private OperationRules() {
    }
}
