package io.payroute.platform.work;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import org.apache.camel.CamelContext;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The component in a plain Camel context. */
public final class TestWork {

    private TestWork() {
    }

    /** The queues of every role, by their names. */
    public static WorkQueues queues(Map<String, WorkQueue<?>> queues) {
        return new WorkQueues(null) {
            @Override
            public Map<String, WorkQueue<?>> of(String role) {
                return queues;
            }
        };
    }

    /** Of every queue the same. */
    public static QueueSamples samples(QueueSamples.Sample sample) {
        return new QueueSamples(null, null, null, null) {
            @Override
            public Sample of(String role, String queue) {
                return sample;
            }
        };
    }

    /** Lets a route take from this queue, which is polled often: in a test nothing waits for a poll. */
    public static void queue(CamelContext context, String name, WorkQueue<?> queue) {
        if (context.hasComponent("work") == null) {
            context.addComponent("work", new WorkComponent(new SimpleMeterRegistry(), () -> () -> Integer.MAX_VALUE));
        }
        context.getRegistry().bind(name, queue);
    }

    /** Starts the route until nothing is due any more and all that was due is done, and stops it again. */
    public static void run(CamelContext context, String route, Supplier<String> due) throws Exception {
        context.getRouteController().startRoute(route);
        await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> assertThat(due.get()).isEqualTo("0"));
        WorkConsumer consumer = (WorkConsumer) context.getRoute(route).getConsumer();
        await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> assertThat(consumer.isIdle()).isTrue());
        context.getRouteController().stopRoute(route);
    }
}
