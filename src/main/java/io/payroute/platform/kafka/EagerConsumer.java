package io.payroute.platform.kafka;

import java.time.Duration;
import java.util.Properties;
import java.util.regex.Pattern;

import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Waits for more records only for a moment as long as there may be some at hand. Camel hands a batch over at a poll after the one that
 * brought it: a poll that waits as long as an idle one does would hold up a single event for all that time.
 */
final class EagerConsumer extends KafkaConsumer<Object, Object> {

    private static final Duration MOMENT = Duration.ofMillis(5);
    /** Longer than {@code batching-interval-ms}, for which Camel may collect before it hands over. */
    private static final long EAGER_NANOS = Duration.ofMillis(100).toNanos();

    private long eagerUntil = System.nanoTime();

    EagerConsumer(Properties properties) {
        super(properties);
    }

    /** Whatever pattern: dead letters are read by nobody, or they would become dead letters of dead letters. */
    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        super.subscribe(Pattern.compile("(?!.*" + Pattern.quote(RoleTopics.DEAD_LETTERS) + "$)(?:" + pattern.pattern() + ")"),
                listener);
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        boolean eager = System.nanoTime() - eagerUntil < 0 && timeout.compareTo(MOMENT) > 0;
        ConsumerRecords<Object, Object> records = super.poll(eager ? MOMENT : timeout);
        if (!records.isEmpty()) {
            eagerUntil = System.nanoTime() + EAGER_NANOS;
        }
        return records;
    }
}
