package io.payroute.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * What a batch keeps of a record that was worked on by {@code enrich}: its body, and nothing of how it came about. A record that
 * was given up becomes a dead letter, and leaves no body.
 * <p>
 * A record that became a dead letter carries the mark of a handled failure. Called by {@code to} inside a {@code split} that
 * stops on exceptions, it would end the split and the route, without a failure and without a commit, and the rest of the batch
 * would be lost.
 */
@ApplicationScoped
@Named("recordOutcome")
public class RecordOutcome implements AggregationStrategy {

    @Override
    public Exchange aggregate(Exchange record, Exchange outcome) {
        Object body = outcome == null ? null : outcome.getMessage().getBody();
        if (body instanceof KafkaRecord.Refusal refusal) {
            KafkaRecord.of(record).refuse(refusal);
            body = null;
        }
        if (outcome != null) {
            record.getMessage().setBody(body);
        }
        return record;
    }
}
