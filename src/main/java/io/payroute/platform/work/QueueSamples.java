package io.payroute.platform.work;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

/**
 * How much is due in the databases, and for how long, measured by a timer route and read by metrics and health checks: in every
 * {@link WorkQueue}, in the outbox and the dead letters of each role, and what else a role wants to be watched.
 */
@ApplicationScoped
public class QueueSamples {

    public static final String OUTBOX = "outbox";
    public static final String DEAD_LETTERS = "dead-letters";
    private static final Backlog OUTBOX_DUE = new Backlog("outbox", "created_at");
    private static final Backlog DEAD_LETTERS_DUE = new Backlog("dead_letter WHERE replayed_at IS NULL", "created_at");

    /**
     * What waits in the database of a role for something else than a route from {@code work:}.
     *
     * @param forPerson whether each entry needs a person; else it passes by itself
     */
    public record Watched(String role, String name, Backlog due, boolean forPerson) {

        public Watched(String role, String name, Backlog due) {
            this(role, name, due, true);
        }
    }

    public record Sample(long due, double ageSeconds) {
    }

    private final RoleDatabases databases;
    private final WorkQueues queues;
    private final Instance<Watched> watched;
    private final MeterRegistry meters;
    private final Map<String, Sample> samples = new ConcurrentHashMap<>();

    QueueSamples(RoleDatabases databases, WorkQueues queues, @Any Instance<Watched> watched, MeterRegistry meters) {
        this.databases = databases;
        this.queues = queues;
        this.watched = watched;
        this.meters = meters;
    }

    /** Measures all queues of a role. */
    public void sample(String role) throws SQLException {
        Map<String, Backlog> all = new HashMap<>(Map.of(OUTBOX, OUTBOX_DUE, DEAD_LETTERS, DEAD_LETTERS_DUE));
        queues.of(role).forEach((name, queue) -> all.put(name, queue.due()));
        watched.stream().filter(one -> one.role().equals(role)).forEach(one -> all.put(one.name(), one.due()));
        for (Map.Entry<String, Backlog> one : all.entrySet()) {
            sample(role, one.getKey(), one.getValue());
        }
    }

    private void sample(String role, String queue, Backlog due) throws SQLException {
        String key = role + '/' + queue;
        Sample sample = Sql.query(databases.of(role), due.sql(), row -> new Sample(row.getLong(1), row.getDouble(2))).get(0);
        if (samples.put(key, sample) == null) {
            gauge("due", role, queue, () -> samples.get(key).due());
            gauge("oldest.age.seconds", role, queue, () -> samples.get(key).ageSeconds());
        }
    }

    private void gauge(String name, String role, String queue, Supplier<Number> value) {
        Gauge.builder("payroute.work." + name, value).tag("role", role).tag("queue", queue).register(meters);
    }

    /** The last sample of each queue, by role and name as {@code role/queue}, in this order. */
    public SortedMap<String, Sample> all() {
        return new TreeMap<>(samples);
    }

    /** Whether each entry of the queue needs a person. */
    public boolean isForPerson(String role, String queue) {
        return queue.equals(DEAD_LETTERS)
                || watched.stream().anyMatch(one -> one.forPerson() && one.role().equals(role) && one.name().equals(queue));
    }

    /** The last sample, null before the first. */
    public Sample of(String role, String queue) {
        return samples.get(role + '/' + queue);
    }
}
