package io.payroute.messaging;

import java.time.Duration;
import java.util.Properties;

import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Waits for more records only for a moment while some are at hand. Camel hands a batch over at the poll after the one that brought it:
 * a poll that waits as long as an idle one does would hold up a single event for all that time.
 */
final class EagerConsumer extends KafkaConsumer<Object, Object> {

    private static final Duration MOMENT = Duration.ofMillis(5);

    private boolean atHand;

    EagerConsumer(Properties properties) {
        super(properties);
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        ConsumerRecords<Object, Object> records = super.poll(atHand && timeout.compareTo(MOMENT) > 0 ? MOMENT : timeout);
        atHand = !records.isEmpty();
        return records;
    }
}
