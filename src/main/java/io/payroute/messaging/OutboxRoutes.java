package io.payroute.messaging;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.http.AcceptFirst;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;
import io.vertx.core.json.JsonObject;

/**
 * Two routes for each role that is on: {@code <role>-outbox-relay} claims committed events, {@code <role>-outbox-publish} sends
 * them. The only Kafka producer of the application.
 */
@ApplicationScoped
public class OutboxRoutes extends RouteBuilder {

    private final Roles roles;
    private final RoleDatabases databases;
    private final AcceptFirst acceptFirst;
    private final int batchSize;

    OutboxRoutes(Roles roles, RoleDatabases databases, AcceptFirst acceptFirst,
            @ConfigProperty(name = "outbox.batch-size") int batchSize) {
        this.roles = roles;
        this.databases = databases;
        this.acceptFirst = acceptFirst;
        this.batchSize = batchSize;
    }

    @Override
    public void configure() {
        roles.active().forEach(this::configure);
    }

    private void configure(String role) {
        String publish = "direct:" + role + "-outbox-publish";
        ProducerTemplate template = getContext().createProducerTemplate();
        OutboxRelay relay = new OutboxRelay(role, databases.of(role), events -> publish(template, publish, events), batchSize,
                () -> acceptFirst.limit(Integer.MAX_VALUE));

        from("timer:" + role + "-outbox-relay?period={{outbox.poll-interval}}&delay={{outbox.poll-interval}}"
                + "&includeMetadata=false").routeId(role + "-outbox-relay")
                .routeDescription("Claims the committed events of role " + role + " and deletes them once Kafka has them.")
                .routeGroup(role).routeConfigurationId("work").bean(relay, "relay").id(role + "-relay");
        from(publish).routeId(role + "-outbox-publish")
                .routeDescription("Sends a list of events, each to its topic, and waits for all acknowledgements.")
                .routeGroup(role).routeConfigurationId("work").to("kafka:outbox?lingerMs=0").id("to-kafka-" + role + "-outbox");
    }

    private void publish(ProducerTemplate template, String endpoint, List<EventEnvelope> events) throws Exception {
        Exchange sent = template.send(endpoint, exchange -> {
            List<Message> messages = new ArrayList<>(events.size());
            String now = Instant.now().toString();
            for (EventEnvelope event : events) {
                messages.add(message(exchange, event, now));
            }
            exchange.getMessage().setBody(messages);
        });
        if (sent.getException() != null) {
            throw sent.getException();
        }
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
