package io.payroute.platform.work;

import java.util.function.IntUnaryOperator;

import org.apache.camel.CamelContext;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** The component in a plain Camel context. */
public final class TestWork {

    private TestWork() {
    }

    /** Lets a route take from this queue, which is looked at often: in a test nothing waits for a poll. */
    public static void queue(CamelContext context, String name, WorkQueue<?> queue) {
        if (context.hasComponent("work") == null) {
            context.addComponent("work", new WorkComponent(new SimpleMeterRegistry(), IntUnaryOperator.identity()));
        }
        context.getRegistry().bind(name, queue);
    }
}
