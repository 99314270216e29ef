package io.payroute.platform.work;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.sql.DataSource;

import io.payroute.platform.sql.Sql;

/** A queue of one small table. */
final class ToyQueue implements WorkQueue<ToyQueue.Task> {

    private static final String CLAIM = """
            WITH keys AS (SELECT DISTINCT key FROM toy),
            due AS MATERIALIZED (
              SELECT t.id FROM keys k CROSS JOIN LATERAL (
                SELECT id, due_at FROM toy WHERE key = k.key AND due_at <= now() ORDER BY due_at, id
                LIMIT greatest(0, ? - coalesce((SELECT n FROM unnest(?::text[], ?::int4[]) h(key, n) WHERE h.key = k.key), 0))
                FOR UPDATE SKIP LOCKED) t
              ORDER BY t.due_at, t.id LIMIT ?)
            UPDATE toy SET due_at = now() + make_interval(secs => ?), claims = claims + 1
            FROM due WHERE toy.id = due.id RETURNING toy.id, key, claims""";

    interface Hook {
        void run() throws Exception;
    }

    record Task(int id, String key, int claims) implements WorkTask {
    }

    private final DataSource dataSource;
    final Queue<Long> claimedAt = new ConcurrentLinkedQueue<>();
    final Queue<Task> cutOff = new ConcurrentLinkedQueue<>();
    /** Runs in each claim, in front of its statement. */
    volatile Hook beforeClaim = () -> {
    };
    volatile boolean blocked;
    volatile boolean renews;
    volatile int renewals;
    volatile int failedRenewals;

    ToyQueue(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public String role() {
        return "toy";
    }

    @Override
    public Backlog due() {
        return new Backlog("toy WHERE due_at <= now()", "due_at");
    }

    @Override
    public List<Task> claim(Claim claim) throws Exception {
        claimedAt.add(System.nanoTime());
        beforeClaim.run();
        List<String> keys = List.copyOf(claim.held().keySet());
        return Sql.query(dataSource, CLAIM, row -> new Task(row.getInt(1), row.getString(2), row.getInt(3)), claim.perKey(),
                Sql.column("text", keys, key -> key), Sql.column("int4", keys, claim.held()::get), claim.limit(),
                claim.leaseSeconds());
    }

    @Override
    public void giveBack(List<Task> tasks) throws Exception {
        Sql.update(dataSource, """
                UPDATE toy SET due_at = now(), claims = toy.claims - 1 FROM unnest(?::int4[], ?::int4[]) t(id, claims)
                WHERE toy.id = t.id AND toy.claims = t.claims""", Sql.column("int4", tasks, Task::id),
                Sql.column("int4", tasks, Task::claims));
    }

    @Override
    public List<Task> renew(List<Task> running, Duration lease) throws Exception {
        renewals++;
        if (renewals <= failedRenewals) {
            throw new IllegalStateException("the database does not answer");
        }
        if (!renews) {
            return List.of();
        }
        List<Integer> renewed = Sql.query(dataSource, """
                UPDATE toy SET due_at = now() + make_interval(secs => ?) FROM unnest(?::int4[], ?::int4[]) t(id, claims)
                WHERE toy.id = t.id AND toy.claims = t.claims RETURNING toy.id""", row -> row.getInt(1),
                lease.toMillis() / 1000.0, Sql.column("int4", running, Task::id), Sql.column("int4", running, Task::claims));
        return running.stream().filter(task -> renewed.contains(task.id())).toList();
    }

    @Override
    public void cutOff(List<Task> running) {
        cutOff.addAll(running);
    }

    @Override
    public boolean isBlocked() {
        return blocked;
    }

    void done(Task task) throws Exception {
        Sql.update(dataSource, "DELETE FROM toy WHERE id = ? AND claims = ?", task.id(), task.claims());
    }
}
