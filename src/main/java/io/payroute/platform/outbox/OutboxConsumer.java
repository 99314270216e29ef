package io.payroute.platform.outbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultMessage;
import org.apache.kafka.clients.producer.RecordMetadata;

import io.payroute.platform.work.PollLoop;
import io.payroute.platform.work.WakeUps;
import io.vertx.core.json.JsonObject;

/**
 * Hands the committed events of one role to its route, many in one exchange: the body is a list of messages, each with its topic, key
 * and the headers of the CloudEvents binding for Kafka. They leave the table when the exchange has ended without a failure and the
 * broker has acknowledged each of them, which the Kafka producer notes in the message; otherwise they stay, and come again. What the
 * broker refuses for ever is a dead letter.
 *
 * @see OutboxRelay for order and for what a crash leaves
 */
public class OutboxConsumer extends DefaultConsumer implements Suspendable {

    private final OutboxEndpoint endpoint;
    private final String queue;
    private final Runnable wake = this::wake;
    private PollLoop loop;

    OutboxConsumer(OutboxEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.queue = Outbox.queue(endpoint.getRole());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        OutboxComponent component = endpoint.getComponent();
        OutboxRelay relay = new OutboxRelay(endpoint.getRole(), component.database(endpoint.getRole()), this::publish,
                endpoint.getBatchSize(), component.pace());
        loop = new PollLoop(queue, endpoint.getRole(), endpoint.getClaimInterval(), endpoint.getPollInterval(), relay::relay);
        take();
    }

    @Override
    protected void doSuspend() throws Exception {
        takeNothingMore();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        take();
    }

    @Override
    protected void doStop() throws Exception {
        takeNothingMore();
        super.doStop();
    }

    private void take() {
        WakeUps.add(queue, wake);
        loop.start();
    }

    private void takeNothingMore() {
        WakeUps.remove(queue, wake);
        if (loop != null) {
            loop.stop();
        }
    }

    private void wake() {
        loop.wake();
    }

    private void publish(List<EventEnvelope> events) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            List<Message> messages = new ArrayList<>(events.size());
            String now = Instant.now().toString();
            for (EventEnvelope event : events) {
                messages.add(message(exchange, event, now));
            }
            exchange.getMessage().setBody(messages);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            requireAcknowledged(messages);
        } finally {
            releaseExchange(exchange, false);
        }
    }

    /** A route that caught a failure, left an event out or went elsewhere ends like one that published. */
    private void requireAcknowledged(List<Message> messages) {
        long missing = messages.stream().filter(message -> !isAcknowledged(message)).count();
        if (missing > 0) {
            throw new IllegalStateException("Kafka has not acknowledged " + missing + " of " + messages.size()
                    + " events of the route from outbox:" + endpoint.getRole() + ", so they stay in the outbox.");
        }
    }

    /** What failed has metadata too, without an offset. */
    private static boolean isAcknowledged(Message message) {
        return message.getHeader(KafkaConstants.KAFKA_RECORD_META) instanceof List<?> noted
                && noted.stream().anyMatch(one -> one instanceof RecordMetadata metadata && metadata.hasOffset());
    }

    private static Message message(Exchange exchange, EventEnvelope event, String now) {
        Message message = new DefaultMessage(exchange.getContext());
        if (event.headers() != null) {
            new JsonObject(event.headers()).forEach(header -> message.setHeader(header.getKey(), header.getValue()));
        }
        message.setHeader(KafkaConstants.OVERRIDE_TOPIC, event.topic());
        if (event.key() != null) {
            message.setHeader(KafkaConstants.KEY, event.key());
        }
        message.setHeader(EventEnvelope.CE_ID, event.id());
        message.setHeader(EventEnvelope.CE_TYPE, event.type());
        message.setHeader(EventEnvelope.CE_SOURCE, EventEnvelope.SOURCE);
        message.setHeader(EventEnvelope.CE_SPEC_VERSION, "1.0");
        message.setHeader(EventEnvelope.CE_TIME, now);
        message.setHeader(EventEnvelope.CONTENT_TYPE, event.contentType());
        message.setBody(event.payload());
        return message;
    }
}
