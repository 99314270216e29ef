package io.payroute.aggregator;

import io.payroute.aggregator.model.PaymentFact;
import io.payroute.platform.kafka.KafkaRecord;

/**
 * An event of a provider, in our words.
 *
 * @param payment the provider's id of it; empty for an event that changes nothing and names none
 * @param kind what is kept of it as a word
 * @param record as it came, for its dead letter; null in a dry run
 */
public record HeardEvent(String provider, String payment, String eventId, String kind, PaymentFact fact, String topic,
        KafkaRecord record) {
}
