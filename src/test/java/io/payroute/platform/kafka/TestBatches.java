package io.payroute.platform.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import javax.sql.DataSource;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.TestDeadLetters;
import io.payroute.platform.work.Backoff;

/** Batches and their records in tests without a container. */
public final class TestBatches {

    private static final CamelContext CONTEXT = new DefaultCamelContext();

    private TestBatches() {
    }

    /** With the dead letters of role payment. */
    public static KafkaBatch of(DataSource dataSource) {
        return new KafkaBatch(TestDeadLetters.of(dataSource),
                failing(new SimpleMeterRegistry()));
    }

    public static KafkaBatch of(Consumer<DeadLetters.Letter> deadLetters) {
        return of(deadLetters, () -> false);
    }

    /** @param stopping whether the application is */
    public static KafkaBatch of(Consumer<DeadLetters.Letter> deadLetters, BooleanSupplier stopping) {
        return new KafkaBatch((batch, letters) -> letters.forEach(deadLetters),
                new FailingBatches(new SimpleMeterRegistry(), new Backoff(Duration.ofMillis(1), Duration.ofMillis(1))) {
                    @Override
                    boolean begin(Exchange batch) {
                        return !stopping.getAsBoolean() && super.begin(batch);
                    }
                });
    }

    static FailingBatches failing(MeterRegistry meters) {
        return new FailingBatches(meters, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)));
    }

    public static KafkaRecord record(String eventId) {
        return record(eventId, null, new ArrayList<>());
    }

    /** @param refused told when it is made a dead letter */
    public static KafkaRecord record(String eventId, String type, List<DeadLetters.Letter> refused) {
        return new KafkaRecord(CONTEXT, new KafkaRecord.Facts("topic", 0, 1, 0, null, eventId, type, EventEnvelope.PROTOBUF, 0,
                new byte[]{1}, null), refused);
    }
}
