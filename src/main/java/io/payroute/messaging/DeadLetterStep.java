package io.payroute.messaging;

import java.sql.SQLException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.runtime.Causes;

/** The step of the Kafka error handling that puts a record, as it came, into the dead letters of the route's role. */
@ApplicationScoped
@Named("deadLetters")
public class DeadLetterStep {

    private final RoleDeadLetters deadLetters;

    DeadLetterStep(RoleDeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    /** Stores the record of this exchange with its cause, and empties the body, so that the batch goes on without it. */
    public void store(Exchange exchange) throws SQLException {
        String routeId = exchange.getProperty(Exchange.FAILURE_ROUTE_ID, exchange.getFromRouteId(), String.class);
        Integer redeliveries = exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 0, Integer.class);
        storeRecord(exchange.getMessage(), exchange.getContext().getRoute(routeId).getGroup(), routeId,
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class), redeliveries + 1);
        exchange.getMessage().setBody(null);
    }

    /** Stores a record that a step on a whole batch found out to be the bad one. */
    public void storeRecord(Message record, String role, String routeId, Throwable cause, int attempts) throws SQLException {
        String type = record.getHeader(EventEnvelope.CE_TYPE, String.class);
        deadLetters.of(role).store(new DeadLetters.Letter(record.getHeader(KafkaBatch.TOPIC, String.class),
                record.getHeader(KafkaBatch.PARTITION, Integer.class), record.getHeader(KafkaBatch.OFFSET, Long.class),
                record.getHeader(KafkaBatch.KEY, byte[].class), record.getHeader(EventEnvelope.CE_ID, String.class),
                type == null ? "unknown" : type, record.getHeader(EventEnvelope.CONTENT_TYPE, String.class),
                record.getHeader(KafkaBatch.ORIGINAL, byte[].class), routeId, Causes.brief(cause), attempts));
    }
}
