package io.payroute.platform.outbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;
import org.apache.kafka.clients.producer.RecordMetadata;

import io.payroute.platform.trace.Span;
import io.payroute.platform.trace.TraceContext;
import io.payroute.platform.trace.Traces;
import io.payroute.platform.work.PolledConsumer;
import io.vertx.core.json.JsonObject;

/**
 * Hands the committed events of one role to its route, many in one exchange: the body is a list of messages, each with its topic, key
 * and the headers of the CloudEvents binding for Kafka. They leave the table when the exchange has ended without a failure and the
 * broker has acknowledged each of them, which the Kafka producer notes in the message; otherwise they stay, and come again. What the
 * broker refuses for ever is a dead letter.
 *
 * @see OutboxRelay for order and for what a crash leaves
 */
public class OutboxConsumer extends PolledConsumer {

    private final OutboxEndpoint endpoint;
    private OutboxRelay relay;

    OutboxConsumer(OutboxEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        OutboxComponent component = endpoint.getComponent();
        relay = new OutboxRelay(role(), component.database(role()), this::publish, endpoint.getBatchSize(), component.pace(),
                this::isEnding);
        super.doInit();
    }

    @Override
    protected String role() {
        return endpoint.getRole();
    }

    @Override
    protected boolean poll() throws Exception {
        return relay.relay();
    }

    private void publish(List<EventEnvelope> events) throws Exception {
        Exchange exchange = createExchange(false);
        List<Span> spans = new ArrayList<>();
        Exception failure = null;
        try {
            List<Message> messages = new ArrayList<>(events.size());
            String now = Instant.now().toString();
            for (EventEnvelope event : events) {
                Message message = message(exchange, event, now);
                trace(message, event, spans);
                messages.add(message);
            }
            exchange.getMessage().setBody(messages);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            requireAcknowledged(messages);
        } catch (Exception e) {
            failure = e;
            throw e;
        } finally {
            for (Span span : spans) {
                span.end(failure);
            }
            releaseExchange(exchange, false);
        }
    }

    /** An event that is part of a trace goes on with its publication as what its consumers are parts of. */
    private void trace(Message message, EventEnvelope event, List<Span> spans) {
        TraceContext trace = Traces.areOn() ? TraceContext.parse(event.traceparent()) : null;
        if (trace != null && trace.sampled()) {
            Span span = Traces.begin(Span.Kind.PRODUCER, event.topic(), trace).set("topic", event.topic())
                    .set("eventId", event.id()).set("routeId", getRouteId());
            message.setHeader(TraceContext.HEADER, span.context().header());
            spans.add(span);
        }
    }

    /** A route that caught a failure, left an event out or went elsewhere ends like one that published. */
    private void requireAcknowledged(List<Message> messages) {
        long missing = messages.stream().filter(message -> !isAcknowledged(message)).count();
        if (missing > 0) {
            throw new IllegalStateException("Kafka has not acknowledged " + missing + " of " + messages.size()
                    + " events of the route from outbox:" + role() + ", so they stay in the outbox.");
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
        if (event.traceparent() != null) {
            message.setHeader(TraceContext.HEADER, event.traceparent());
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
