package io.payroute.payment.hook.outcome;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.TaskResults;
import io.payroute.platform.work.WakeUps;
import io.payroute.platform.work.WorkQueue;

/**
 * Outcomes that the team's hook is to be told. A claim leases one; what was told leaves the table, many in one statement. A process that
 * dies in between leaves it to be told again when the lease has ended. Where no file replaces the hook, and none of an earlier one is
 * left, the database is not asked.
 */
@ApplicationScoped
@Named(PaymentQueues.OUTCOME_HOOKS)
public class OutcomeQueue implements WorkQueue<OutcomeTask> {

    private static final String CLAIM = """
            WITH due AS MATERIALIZED (
              SELECT event_id FROM outcome_hook WHERE due_at <= now() ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED)
            UPDATE outcome_hook SET due_at = now() + make_interval(secs => ?), claims = claims + 1
            WHERE event_id = ANY (ARRAY (SELECT event_id FROM due)) RETURNING event_id, event, claims, failures""";
    private static final Rows<OutcomeTask> CLAIMS = new Rows<OutcomeTask>().text("event_id", OutcomeTask::eventId).int4(
            "claims",
            OutcomeTask::claims);
    private static final String GIVE_BACK = """
            WITH t AS (SELECT * FROM %s)
            UPDATE outcome_hook w SET due_at = now() FROM t
            WHERE w.event_id = ANY (ARRAY (SELECT event_id FROM t)) AND w.event_id = t.event_id AND w.claims = t.claims"""
            .formatted(CLAIMS.unnest());
    private static final Rows<Result> RESULTS = new Rows<Result>().text("event_id", one -> one.task().eventId())
            .int4("claims", one -> one.task().claims())
            .int8("delay_ms", one -> one.again() == null ? null : one.again().toMillis());
    private static final String FINISH = """
            WITH r AS (
              SELECT * FROM %s),
            told AS (
              DELETE FROM outcome_hook w USING r
              WHERE w.event_id = ANY (ARRAY (SELECT event_id FROM r WHERE delay_ms IS NULL)) AND w.event_id = r.event_id
                AND coalesce(r.delay_ms, -1) < 0 AND w.claims = r.claims)
            UPDATE outcome_hook w SET due_at = now() + r.delay_ms * interval '1 millisecond', failures = w.failures + 1 FROM r
            WHERE w.event_id = ANY (ARRAY (SELECT event_id FROM r WHERE delay_ms IS NOT NULL)) AND w.event_id = r.event_id
              AND r.delay_ms IS NOT NULL AND w.claims = r.claims""".formatted(RESULTS.unnest());

    /** @param again after which pause the hook is told again; null when the outcome is done with */
    private record Result(OutcomeTask task, Duration again) {
    }

    private final DataSource dataSource;
    private final ReplacedHooks hooks;
    private final TaskResults<Result> results;
    private volatile boolean empty;

    @Inject
    OutcomeQueue(CamelContext camel, RoleDatabases databases, ReplacedHooks hooks) {
        this(databases.of(PaymentRole.NAME), hooks, () -> !camel.isRunAllowed());
    }

    OutcomeQueue(DataSource dataSource, ReplacedHooks hooks, BooleanSupplier stopping) {
        this.dataSource = dataSource;
        this.hooks = hooks;
        this.results = new TaskResults<>(new GroupCommit<>("outcome-hook-results", 1, 256, 4096, this::finishAll), stopping);
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public Backlog due() {
        return new Backlog("outcome_hook WHERE due_at <= now()", "due_at");
    }

    @Override
    public List<OutcomeTask> claim(Claim claim) throws SQLException {
        boolean replaced = hooks.isReplaced(ReplacedHooks.AFTER_OUTCOME);
        if (!replaced && empty) {
            return List.of();
        }
        List<OutcomeTask> claimed = Sql.query(dataSource, CLAIM, OutcomeTask::of, claim.limit(), claim.leaseSeconds());
        empty = !replaced && claimed.isEmpty();
        return claimed;
    }

    @Override
    public void giveBack(List<OutcomeTask> tasks) throws SQLException {
        Sql.update(dataSource, GIVE_BACK, CLAIMS.of(tasks));
    }

    /** What is told while results wait for the database would be told again. */
    @Override
    public boolean isBlocked() {
        return results.waiting();
    }

    /** @return ends after the commit */
    CompletionStage<Void> done(OutcomeTask task) {
        return results.write(new Result(task, null));
    }

    CompletionStage<Void> again(OutcomeTask task, Duration pause) {
        return results.write(new Result(task, pause));
    }

    private List<Void> finishAll(List<Result> many) throws SQLException {
        Sql.update(dataSource, FINISH, RESULTS.of(many));
        CrashPoint.reached("outcome-told");
        many.stream().filter(one -> one.again() != null).forEach(one -> WakeUps.wake(PaymentQueues.OUTCOME_HOOKS, one.again()));
        return Collections.nCopies(many.size(), null);
    }

    @PreDestroy
    void close() {
        results.close();
    }
}
