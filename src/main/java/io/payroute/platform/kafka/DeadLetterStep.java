package io.payroute.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.platform.Causes;
import io.payroute.platform.route.StandInIds;

/** The step of the Kafka error handling that gives a record up; {@link RecordOutcome} makes it a dead letter of its batch. */
@ApplicationScoped
@Named("deadLetters")
public class DeadLetterStep {

    /** Leaves only the cause of the failure; what the route made of the record until then is forgotten. */
    public void store(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Integer redeliveries = exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 0, Integer.class);
        exchange.getMessage().setBody(
                new KafkaRecord.Refusal(
                        StandInIds
                                .own(exchange.getProperty(Exchange.FAILURE_ROUTE_ID, exchange.getFromRouteId(), String.class)),
                        Causes.brief(cause), redeliveries + 1));
    }
}
