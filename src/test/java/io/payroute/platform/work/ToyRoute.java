package io.payroute.platform.work;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.postgresql.ds.PGSimpleDataSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.work.ToyQueue.Task;
import io.payroute.testing.TestDatabase;

/** A route from a queue of one small table. */
abstract class ToyRoute {

    static final TestDatabase DATABASE = TestDatabase.create();
    static final String QUICK = "&pollInterval=20ms&claimInterval=5ms";

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Queue<Task> seen = new ConcurrentLinkedQueue<>();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    final CountDownLatch release = new CountDownLatch(1);
    final Switch dataSource = new Switch(DATABASE.dataSource());
    final ToyQueue queue = new ToyQueue(dataSource);
    final DefaultCamelContext camel = new DefaultCamelContext();
    volatile int pace = Integer.MAX_VALUE;

    /** A database that can be switched off. */
    static final class Switch extends PGSimpleDataSource {

        private final transient DataSource on;
        volatile boolean off;

        Switch(DataSource on) {
            this.on = on;
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (off) {
                throw new SQLException("Connection refused", "08001");
            }
            return on.getConnection();
        }
    }

    @BeforeEach
    void table() {
        DATABASE.execute("DROP TABLE IF EXISTS toy");
        DATABASE.execute("CREATE TABLE toy (id int4 PRIMARY KEY, key text NOT NULL, due_at timestamptz NOT NULL DEFAULT now(), "
                + "claims int4 NOT NULL DEFAULT 0)");
    }

    @AfterEach
    void stop() {
        release.countDown();
        camel.stop();
    }

    interface Steps {
        void add(RouteDefinition route);
    }

    void start(String parameters, Steps steps) throws Exception {
        camel.getRegistry().bind("toy", queue);
        camel.addComponent("work", new WorkComponent(meters, () -> () -> pace));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                steps.add(from("work:toy?" + parameters).routeId("toy"));
            }
        });
        camel.start();
    }

    void begin() {
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    }

    void done(Task task) throws Exception {
        queue.done(task);
        seen.add(task);
        running.decrementAndGet();
    }

    double count(String name) {
        return meters.getMeters().stream().filter(meter -> meter.getId().getName().equals("payroute.work." + name))
                .mapToDouble(meter -> meter.measure().iterator().next().getValue()).sum();
    }
}
