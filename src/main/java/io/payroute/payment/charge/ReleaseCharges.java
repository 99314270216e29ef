package io.payroute.payment.charge;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WakeUps;

/**
 * Marks charges as sent that the team's hook lets go, before anything leaves this process; many in one statement. Only the claim that
 * the hook was asked for may do so, and only while it lasts: whoever claims the charge afterwards asks the hook again, and nobody
 * asks a provider about a charge that the hook did not let go, which some providers would carry out.
 */
@ApplicationScoped
class ReleaseCharges {

    private static final Rows<ChargeTask> ROWS = new Rows<ChargeTask>().uuid("id", ChargeTask::id)
            .text("provider", ChargeTask::provider).timestamptz("until", task -> task.unreleased().until());
    private static final String OWN = "w.payment_id = t.id AND w.due_at = t.until AND w.sent_at IS NULL AND NOT w.released";
    private static final String RELEASE = """
            UPDATE charge_work w SET sent_at = now(), attempts = w.attempts + 1, released = true, hook_failures = 0
            FROM %s WHERE %s AND w.due_at > now() AND w.provider = t.provider
            RETURNING w.payment_id""".formatted(ROWS.unnest(), OWN);
    private static final String GIVE_BACK = "UPDATE charge_work w SET due_at = now() FROM %s WHERE %s"
            .formatted(ROWS.unnest(), OWN);
    private static final String LATER = """
            UPDATE charge_work w SET due_at = now() + pause.length, not_before = now() + pause.length,
              hook_failures = w.hook_failures + 1
            FROM (SELECT ? * interval '1 millisecond' AS length) pause, %s WHERE %s""".formatted(ROWS.unnest(), OWN);

    private final DataSource dataSource;
    private final Duration timeout;
    private final GroupCommit<ChargeTask, Boolean> commits;

    ReleaseCharges(RoleDatabases databases, @ConfigProperty(name = "payment.charge.claim-size") int batchSize,
            @ConfigProperty(name = "payment.charge.max-in-flight") int maxInFlight,
            @ConfigProperty(name = "payment.charge.lease") Duration lease) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.timeout = lease;
        this.commits = new GroupCommit<>("payment-release", 1, batchSize, 2 * maxInFlight, GroupCommit.MOMENT, this::write);
    }

    /** @return false when the claim is over */
    CompletableFuture<Boolean> release(ChargeTask task) {
        return commits.submit(task, timeout);
    }

    private List<Boolean> write(List<ChargeTask> tasks) throws SQLException {
        Set<UUID> released = Set
                .copyOf(Sql.query(dataSource, RELEASE, row -> row.getObject(1, UUID.class), ROWS.of(tasks)));
        CrashPoint.reached("hook-released");
        return tasks.stream().map(task -> released.contains(task.id())).toList();
    }

    /** The hook could not decide: it is asked again after the pause. */
    void later(ChargeTask task, Duration pause) throws SQLException {
        Sql.update(dataSource, LATER, pause.toMillis(), ROWS.of(List.of(task)));
        WakeUps.wake(PaymentQueues.CHARGES, pause);
    }

    static void giveBack(DataSource dataSource, List<ChargeTask> tasks) throws SQLException {
        Sql.update(dataSource, GIVE_BACK, ROWS.of(tasks));
    }

    @PreDestroy
    void close() {
        commits.close();
    }
}
