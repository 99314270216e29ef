package io.payroute.platform.work;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What every queue counts, under the same names: {@code payroute.work.claimed}, {@code .settled} (the route ended), {@code .failed}
 * (it ended with an exception), {@code .given.back}, {@code .lease.expired} (it ended after its lease), and how many tasks are in
 * flight and waiting. How much is due, and for how long, says {@link QueueSamples}.
 */
final class WorkMeters {

    private final Counter claimed;
    private final Counter settled;
    private final Counter failed;
    private final Counter givenBack;
    private final Counter leaseExpired;

    WorkMeters(MeterRegistry meters, String role, String queue, HeldTasks<?> held) {
        claimed = counter(meters, "claimed", role, queue);
        settled = counter(meters, "settled", role, queue);
        failed = counter(meters, "failed", role, queue);
        givenBack = counter(meters, "given.back", role, queue);
        leaseExpired = counter(meters, "lease.expired", role, queue);
        gauge(meters, "in.flight", role, queue, held, HeldTasks::inFlight);
        gauge(meters, "waiting", role, queue, held, HeldTasks::waiting);
    }

    private static Counter counter(MeterRegistry meters, String name, String role, String queue) {
        return Counter.builder("payroute.work." + name).tag("role", role).tag("queue", queue).register(meters);
    }

    /** In place of that of a route which was replaced: the registry would keep the former one, and show nothing. */
    private static void gauge(MeterRegistry meters, String name, String role, String queue, HeldTasks<?> held,
            ToDoubleFunction<HeldTasks<?>> value) {
        meters.find("payroute.work." + name).tags("role", role, "queue", queue).gauges().forEach(meters::remove);
        Gauge.builder("payroute.work." + name, held, value).tag("role", role).tag("queue", queue).register(meters);
    }

    void claimed(int tasks) {
        claimed.increment(tasks);
    }

    void settled() {
        settled.increment();
    }

    void failed() {
        failed.increment();
    }

    void givenBack(int tasks) {
        givenBack.increment(tasks);
    }

    void leaseExpired() {
        leaseExpired.increment();
    }
}
