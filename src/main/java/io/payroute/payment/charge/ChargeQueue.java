package io.payroute.payment.charge;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.query.FindPayments;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderTries;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;

/**
 * Charges that are due, and questions what became of earlier ones. What a provider whose breaker is open would get goes to another
 * provider where it may, and waits otherwise.
 */
@Singleton
@Named(PaymentQueues.CHARGES)
public class ChargeQueue extends ProviderQueue<ChargeTask> {

    private static final String CLAIM = """
            , claimed AS (
              UPDATE charge_work w SET due_at = now() + make_interval(secs => ?),
                sent_at = CASE WHEN %2$s THEN NULL ELSE coalesce(w.sent_at, now()) END,
                attempts = w.attempts + CASE WHEN d.status_query OR %2$s THEN 0 ELSE 1 END,
                queries = w.queries + CASE WHEN d.status_query THEN 1 ELSE 0 END
              FROM due d WHERE w.payment_id = ANY (ARRAY (SELECT id FROM due)) AND w.payment_id = d.id
              RETURNING w.payment_id, d.status_query, w.attempts, w.queries, w.provider, w.sent_at, w.due_at, w.hook_failures,
                w.given_up),
            started AS (
              UPDATE payment SET status = 'processing', updated_at = now()
              WHERE id = ANY (ARRAY (SELECT payment_id FROM claimed)) AND status = 'pending')
            SELECT w.status_query, w.attempts, w.queries, w.provider AS claimed_for, now() AS claimed_at,
              (1000 * extract(epoch FROM now() - w.sent_at))::int8 AS key_age,
              CASE WHEN w.attempts > 1 AND w.queries = 0 THEN %1$s END AS tries,
              w.due_at AS claimed_until, w.hook_failures, w.sent_at IS NULL AS unreleased, w.given_up, p.*
            FROM claimed w CROSS JOIN LATERAL (SELECT * FROM payment WHERE id = w.payment_id LIMIT 1) p""";
    private static final String AT_ONCE = CLAIM.formatted(ProviderTries.COLUMN, "false");
    private static final String CLAIM_OTHERS = others() + AT_ONCE;
    private static final String CLAIM_OF = named() + AT_ONCE;
    /** What the team's hook must be asked about is not marked as sent, and is no attempt yet. */
    private static final String ASKING = CLAIM.formatted(ProviderTries.COLUMN, "(NOT w.released AND NOT d.status_query)");
    private static final Map<String, String> IF_ASKING = Map.of(CLAIM_OTHERS, others() + ASKING, CLAIM_OF, named() + ASKING);
    private static final String GIVE_BACK = giveBack("charge_work", "payment_id");
    /** After a poll that found no charge to reroute, the next one comes so much later: it reads all that waits. */
    private static final long REROUTE_PAUSE_NANOS = Duration.ofMillis(250).toNanos();

    private final ProviderBreakers breakers;
    private final RerouteCharges reroute;
    private final ReplacedHooks hooks;
    private final DataSource dataSource;
    private volatile long rerouteAt = System.nanoTime();

    ChargeQueue(RoleDatabases databases, ProviderBreakers breakers, RerouteCharges reroute, ReplacedHooks hooks) {
        super(databases, breakers, CLAIM_OTHERS, CLAIM_OF, GIVE_BACK, ChargeQueue::task);
        this.breakers = breakers;
        this.reroute = reroute;
        this.hooks = hooks;
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    private static String others() {
        return others("charge_work", "payment_id", "not_before");
    }

    private static String named() {
        return named("charge_work", "payment_id", "not_before");
    }

    @Override
    public Backlog due() {
        return new Backlog("charge_work WHERE not_before <= now() AND due_at <= now()", "due_at");
    }

    @Override
    public List<ChargeTask> claim(Claim claim) throws SQLException {
        ProviderBreakers.Failing failing = breakers.failing();
        reroute(failing.open(), claim.limit());
        List<ChargeTask> claimed = claim(claim, failing);
        if (!claimed.isEmpty()) {
            CrashPoint.reached("claim-after-commit");
        }
        return claimed;
    }

    @Override
    protected String now(String claim) {
        return hooks.isReplaced(ReplacedHooks.BEFORE_CHARGE) ? IF_ASKING.get(claim) : claim;
    }

    @Override
    public void giveBack(List<ChargeTask> tasks) throws SQLException {
        Map<Boolean, List<ChargeTask>> unreleased = tasks.stream()
                .collect(Collectors.partitioningBy(task -> task.unreleased() != null));
        if (!unreleased.get(true).isEmpty()) {
            ReleaseCharges.giveBack(dataSource, unreleased.get(true));
        }
        super.giveBack(unreleased.get(false));
    }

    private void reroute(List<String> open, int limit) throws SQLException {
        if (!open.isEmpty() && System.nanoTime() - rerouteAt >= 0 && reroute.around(open, limit) == 0) {
            rerouteAt = System.nanoTime() + REROUTE_PAUSE_NANOS;
        }
    }

    private static ChargeTask task(ResultSet row) throws SQLException {
        // The work row was locked and is the truth; the payment may have been read before a change of provider.
        Payment payment = FindPayments.payment(row).at(row.getString("claimed_for"));
        ChargeTask.Unreleased unreleased = row.getBoolean("unreleased")
                ? new ChargeTask.Unreleased(Sql.instant(row, "claimed_until"), row.getInt("hook_failures"))
                : null;
        return new ChargeTask(payment, row.getBoolean("status_query"), row.getInt("attempts") + (unreleased == null ? 0 : 1),
                row.getInt("queries"), Sql.instant(row, "claimed_at"), Sql.duration(row, "key_age"),
                row.getString("provider_rule"), ProviderTries.read(row, "tries"), unreleased, row.getBoolean("given_up"));
    }
}
