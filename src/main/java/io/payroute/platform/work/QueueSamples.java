package io.payroute.platform.work;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

/**
 * Depth and age of every queue in the databases, measured by a timer route and read by metrics and health checks: the outbox
 * and the dead letters of each role, and the queues that roles add.
 */
@ApplicationScoped
public class QueueSamples {

    public static final String OUTBOX = "outbox";
    public static final String DEAD_LETTERS = "dead-letters";
    private static final String OUTBOX_SQL = "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) "
            + "FROM outbox";
    private static final String DEAD_LETTERS_SQL = "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) "
            + "FROM dead_letter WHERE replayed_at IS NULL";

    /** A queue of one role: {@code sql} answers its depth and the age of its oldest entry in seconds. */
    public interface Queue {
        String role();

        String name();

        String sql();
    }

    public record Sample(long depth, double ageSeconds) {
    }

    private final RoleDatabases databases;
    private final Instance<Queue> queues;
    private final MeterRegistry meters;
    private final Map<String, Sample> samples = new ConcurrentHashMap<>();

    QueueSamples(RoleDatabases databases, Instance<Queue> queues, MeterRegistry meters) {
        this.databases = databases;
        this.queues = queues;
        this.meters = meters;
    }

    /** Measures all queues of a role. */
    public void sample(String role) throws SQLException {
        sample(role, OUTBOX, OUTBOX_SQL);
        sample(role, DEAD_LETTERS, DEAD_LETTERS_SQL);
        for (Queue queue : queues) {
            if (queue.role().equals(role)) {
                sample(role, queue.name(), queue.sql());
            }
        }
    }

    private void sample(String role, String queue, String sql) throws SQLException {
        String key = role + '/' + queue;
        Sample sample = Sql.query(databases.of(role), sql, row -> new Sample(row.getLong(1), row.getDouble(2))).get(0);
        if (samples.put(key, sample) == null) {
            Gauge.builder("payroute.queue.depth", () -> samples.get(key).depth()).tag("role", role).tag("queue", queue)
                    .register(meters);
            Gauge.builder("payroute.queue.age.seconds", () -> samples.get(key).ageSeconds()).tag("role", role)
                    .tag("queue", queue).register(meters);
        }
    }

    /** The last sample, null before the first. */
    public Sample of(String role, String queue) {
        return samples.get(role + '/' + queue);
    }
}
