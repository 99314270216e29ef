package io.payroute.notification;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

/**
 * How many notifications wait, and how long the oldest of them has waited: a queue that ages is a channel that is down. What waits
 * because its recipient has had enough is not counted.
 */
@ApplicationScoped
@Named("notificationGauges")
public class NotificationGauges {

    private static final String SAMPLE = """
            SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
            FROM notification_work WHERE attempts > 0 OR due_at <= now()""";

    private record Sample(long depth, double ageSeconds) {
    }

    private final DataSource dataSource;
    private volatile Sample last = new Sample(0, 0);

    NotificationGauges(RoleDatabases databases, MeterRegistry registry) {
        dataSource = databases.of(NotificationRole.NAME);
        Gauge.builder("payroute.notification.queue.depth", () -> last.depth()).register(registry);
        Gauge.builder("payroute.notification.queue.age.seconds", () -> last.ageSeconds()).register(registry);
    }

    public void sample() throws Exception {
        last = Sql.query(dataSource, SAMPLE, row -> new Sample(row.getLong(1), row.getDouble(2))).get(0);
    }
}
