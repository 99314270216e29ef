package io.payroute.platform.work;

import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.TestRoles;
import io.payroute.testing.Beans;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class QueueSamplesTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final QueueSamples samples = new QueueSamples(TestRoles.databases(DATABASE.dataSource()),
            TestWork.queues(Map.of("toys", new ToyQueue(DATABASE.dataSource()))),
            Beans.of(new QueueSamples.Watched("toy", "broken", new Backlog("toy WHERE key = 'broken'", "due_at")),
                    new QueueSamples.Watched("other", "elsewhere", new Backlog("nothing", "at"))),
            meters);

    @BeforeEach
    void table() {
        DATABASE.clear();
        DATABASE.execute("DROP TABLE IF EXISTS toy");
        DATABASE.execute("CREATE TABLE toy (id int4 PRIMARY KEY, key text NOT NULL, due_at timestamptz NOT NULL DEFAULT now(), "
                + "claims int4 NOT NULL DEFAULT 0)");
    }

    @Test
    void shouldMeasureWhatIsDueAndForHowLong() throws Exception {
        // Given
        DATABASE.execute(
                "INSERT INTO toy VALUES (1, 'a', now() - interval '1 minute'), (2, 'broken', now() - interval '1 hour'), "
                        + "(3, 'a', now() + interval '1 hour')");

        // When
        samples.sample("toy");

        // Then
        assertThat(value("due", "toys")).isEqualTo(2);
        assertThat(value("oldest.age.seconds", "toys")).isBetween(3600.0, 3660.0);
        assertThat(value("due", "broken")).isEqualTo(1);
        assertThat(value("due", QueueSamples.OUTBOX)).isZero();
        assertThat(value("oldest.age.seconds", QueueSamples.OUTBOX)).isZero();
        assertThat(value("due", QueueSamples.DEAD_LETTERS)).isZero();
        assertThat(meters.find("payroute.work.due").tag("queue", "elsewhere").gauge()).isNull();
    }

    @Test
    void shouldForgetWhatIsDueNoMore() throws Exception {
        // Given
        DATABASE.execute("INSERT INTO toy VALUES (1, 'a', now() - interval '1 minute')");
        samples.sample("toy");
        DATABASE.execute("DELETE FROM toy");

        // When
        samples.sample("toy");

        // Then
        assertThat(value("due", "toys")).isZero();
        assertThat(value("oldest.age.seconds", "toys")).isZero();
    }

    private double value(String name, String queue) {
        return meters.get("payroute.work." + name).tag("role", "toy").tag("queue", queue).gauge().value();
    }
}
