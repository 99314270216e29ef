package io.payroute.crash;

import java.util.List;

import io.payroute.crash.CheckRules.Rule;

/**
 * What must hold of webhooks, out and in, when nothing is left to do: one delivery for each outcome of a payment, and each delivered; no
 * event of the provider that waits or contradicts.
 */
final class WebhookRules {

    /** Deliveries to endpoints that are still there. */
    static final String KEPT = "(SELECT w.* FROM webhook_delivery w JOIN webhook_endpoint e ON e.id = w.endpoint_id "
            + "WHERE e.disabled_reason IS DISTINCT FROM 'gone') d ";

    private static final String REFUNDED = "('payment.partially_refunded', 'payment.refunded')";

    static final List<Rule> ALL = List.of(
            new Rule("webhook-open", """
                    SELECT type || ' of ' || payment_id || ' is ' || status || coalesce(', tried at ' ||
                      (SELECT string_agg(started_at::time(3) || ' for ' || duration_ms || ' ms: '
                        || concat_ws(' ', status_code, error), ', ' ORDER BY id)
                      FROM webhook_attempt a WHERE a.delivery_id = d.id), '') FROM """ + " " + KEPT
                    + "WHERE status <> 'delivered'"),
            new Rule("webhook-to-nobody", "SELECT type || ' of ' || payment_id || ' is ' || d.status FROM webhook_delivery d "
                    + "JOIN webhook_endpoint e ON e.id = d.endpoint_id WHERE e.disabled_reason = 'gone' "
                    + "AND d.status NOT IN ('failed', 'discarded')"),
            new Rule("webhook-missing", "SELECT t.payment_id || ' became ' || t.to_status FROM payment_transition t "
                    + "WHERE t.to_status <> 'processing' AND NOT EXISTS (SELECT 1 FROM " + KEPT
                    + "WHERE d.payment_id = t.payment_id AND d.type = 'payment.' || t.to_status)"),
            new Rule("webhook-doubled", "SELECT type || ' of ' || payment_id || ' has ' || count(*) || ' deliveries' "
                    + "FROM " + KEPT + "WHERE type <> 'payment.partially_refunded' GROUP BY payment_id, type "
                    // A payment that was held after a first try may be unknown twice.
                    + "HAVING count(*) > greatest(1, (SELECT count(*) FROM payment_transition t "
                    + "WHERE t.payment_id = d.payment_id AND 'payment.' || t.to_status = d.type))"),
            new Rule("webhooks-of-refunds-differ", """
                    SELECT p.id || ' has ' || refunds || ' refunds, of which ' || told || ' were told' FROM payment p,
                      LATERAL (SELECT count(*) AS refunds FROM payment_operation o WHERE o.payment_id = p.id
                        AND o.kind = 'refund' AND o.status = 'succeeded') o,
                      LATERAL (SELECT count(*) AS told FROM """ + " " + KEPT + "WHERE d.payment_id = p.id AND d.type IN "
                    + REFUNDED + ") t WHERE refunds <> told"),
            new Rule("event-waiting", "SELECT type || ' of ' || coalesce(payment_id::text, 'no payment') FROM provider_event "
                    + "WHERE status = 'waiting'"),
            new Rule("event-odd", "SELECT type || ' of ' || coalesce(payment_id::text, 'no payment') || ' is ' || status "
                    + "FROM provider_event WHERE status NOT IN ('waiting', 'applied', 'no_effect')"));

    private WebhookRules() {
    }
}
