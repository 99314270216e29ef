package io.payroute.payment.reconciliation;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Effect;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.sql.Sql;

/**
 * Finds the differences between our payments and a provider's list, within the database, so that the size of the period does
 * not matter; which states differ is said by {@link PaymentState}. An entry belongs to the period in which the provider made it, a payment to the period in which it was first sent
 * there; what has changed since the run's {@code settled_at} is still on its way.
 * <ul>
 * <li>{@code missing}: ours moved money, or may have, and the list has none
 * <li>{@code extra}: the list has money that is of no payment of ours, or is a second time of one
 * <li>{@code amount}, {@code status}, {@code refund}: both have it, and say different things
 * <li>{@code dispute}: the list says that it is contested, and no event told so
 * </ul>
 */
@ApplicationScoped
class CompareBooks {

    private static final String FORGET = "DELETE FROM reconciliation_difference WHERE reconciliation_id = ?";
    private static final String COMPARE = """
            WITH run AS (SELECT * FROM reconciliation WHERE id = ?),
            differing AS (SELECT ?::text[] AS completed, ?::text[] AS authorized, ?::text[] AS pending, ?::text[] AS not_charged,
              ?::text[] AS not_listed),
            theirs AS (
              SELECT e.*, m.id AS matched, e.created_at >= r.from_at AND e.created_at < least(r.to_at, r.settled_at) AS counted,
                row_number() OVER (PARTITION BY m.id ORDER BY
                  array_position(ARRAY['completed', 'authorized', 'pending'], e.status) NULLS LAST, e.created_at, e.reference) AS n
              FROM run r JOIN reconciliation_entry e ON e.reconciliation_id = r.id
              LEFT JOIN LATERAL (
                SELECT p.id FROM payment p WHERE p.id = e.payment_id AND p.provider = r.provider
                UNION ALL
                SELECT p.id FROM provider_call c JOIN payment p ON p.id = c.payment_id AND p.provider = r.provider
                WHERE e.payment_id IS NULL AND c.provider = r.provider
                  AND hashtext(c.detail) = hashtext(e.reference) AND c.detail = e.reference
                  AND c.outcome IN ('completed', 'authorized', 'pending')
                LIMIT 1) m ON true),
            both_have AS (
              SELECT r.id AS run_id, p.id AS payment_id, t.reference, p.currency AS our_currency, t.currency AS their_currency,
                p.status AS our_status, t.status AS their_status, p.amount_minor AS our_minor, t.amount_minor AS their_minor,
                p.captured_minor AS our_captured, t.captured_minor AS their_captured, p.refunded_minor AS our_refunded,
                t.refunded_minor AS their_refunded, p.refund_claimed_minor AS our_claimed,
                t.disputed AND p.dispute_status IS NULL AS unheard,
                t.status = 'completed' AND p.status <> ALL (s.completed) AS both_captured,
                p.status = ANY (CASE t.status WHEN 'completed' THEN s.completed WHEN 'authorized' THEN s.authorized
                  WHEN 'pending' THEN s.pending ELSE s.not_charged END) AS states_differ
              FROM run r, differing s, theirs t JOIN payment p ON p.id = t.matched
              WHERE t.n = 1 AND t.counted AND p.updated_at < r.settled_at)
            INSERT INTO reconciliation_difference (reconciliation_id, kind, payment_id, reference, our_currency, their_currency,
              our_status, their_status, our_minor, their_minor, our_captured, their_captured, our_refunded, their_refunded,
              surely_absent)
            SELECT run_id, kind, payment_id, reference, our_currency, their_currency, our_status, their_status, our_minor,
              their_minor, our_captured, their_captured, our_refunded, their_refunded, false
            FROM both_have CROSS JOIN LATERAL (VALUES
              ('status', states_differ),
              ('amount', our_currency <> their_currency OR our_minor <> their_minor
                OR both_captured AND our_captured <> their_captured),
              ('refund', both_captured AND our_refunded <> their_refunded AND our_claimed = our_refunded),
              ('dispute', unheard)) AS d(kind, differs)
            WHERE differs
            UNION ALL
            SELECT r.id, 'extra', t.payment_id, t.reference, NULL, t.currency, NULL, t.status, NULL, t.amount_minor, NULL,
              t.captured_minor, NULL, t.refunded_minor, false
            FROM run r, theirs t
            WHERE t.counted AND (t.matched IS NULL OR t.n > 1) AND t.status IN ('completed', 'authorized', 'pending')
            UNION ALL
            SELECT r.id, 'missing', p.id, p.provider_reference, p.currency, NULL, p.status, NULL, p.amount_minor, NULL,
              p.captured_minor, NULL, p.refunded_minor, NULL,
              p.status = 'unknown' AND called.last < absent.before AND NOT EXISTS (
                SELECT 1 FROM charge_work w WHERE w.payment_id = p.id AND (w.sent_at IS NULL OR w.sent_at >= absent.before))
            FROM run r CROSS JOIN differing s
            CROSS JOIN LATERAL (SELECT r.created_at - make_interval(secs => ?) AS before) absent
            JOIN payment p ON p.provider = r.provider AND p.created_at >= r.from_at - interval '7 days' AND p.created_at < r.to_at
            CROSS JOIN LATERAL (
              SELECT min(c.started_at) AS first, max(c.started_at) FILTER (WHERE c.operation <> 'status') AS last
              FROM provider_call c WHERE c.payment_id = p.id AND c.provider = r.provider
                AND c.operation IN ('charge', 'authorize', 'status')) called
            WHERE called.first >= r.from_at AND called.first < r.to_at AND p.updated_at < r.settled_at
              AND p.status = ANY (s.not_listed)
              AND NOT EXISTS (SELECT 1 FROM theirs t WHERE t.matched = p.id)""";

    private static final String TIME_OUT = "SELECT set_config('statement_timeout', ?, true)";
    /** So much longer than the database itself is the answer waited for. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final double absentAfter;
    private final Duration timeout;

    CompareBooks(@ConfigProperty(name = "payment.reconciliation.absent-after") Duration absentAfter,
            @ConfigProperty(name = "payment.reconciliation.compare-timeout") Duration timeout,
            @ConfigProperty(name = "payment.reconciliation.lease") Duration lease) {
        if (timeout.toMillis() < 1 || timeout.plus(GRACE).toSeconds() >= lease.toSeconds()) {
            throw new IllegalStateException("payment.reconciliation.compare-timeout must be above 0 and below "
                    + lease.minus(GRACE).toSeconds() + "s, because a run is taken over when its lease is over, but is "
                    + timeout);
        }
        this.absentAfter = absentAfter.toSeconds();
        this.timeout = timeout;
    }

    /** The states of ours that what the list says contradicts. */
    private static Sql.Column differing(PaymentFact listed) {
        return Sql.column("text", PaymentState.where(listed, Effect.CONFLICT), PaymentStatus::word);
    }

    /** In the caller's transaction, and with a time-out of its own: a day has a million payments. A repetition replaces what was found before. */
    void compare(Connection connection, UUID run) throws SQLException {
        int usual = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, (int) timeout.plus(GRACE).toMillis());
        try {
            Sql.query(connection, TIME_OUT, row -> true, Long.toString(timeout.toMillis()));
            Sql.update(connection, FORGET, run);
            Sql.update(connection, COMPARE, run, differing(PaymentFact.LISTED_COMPLETED),
                    differing(PaymentFact.LISTED_AUTHORIZED), differing(PaymentFact.LISTED_PENDING),
                    differing(PaymentFact.LISTED_NOT_CHARGED), differing(PaymentFact.NOT_LISTED), absentAfter);
        } finally {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, usual);
            }
        }
    }
}
