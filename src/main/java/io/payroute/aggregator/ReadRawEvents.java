package io.payroute.aggregator;

import java.io.IOException;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.aggregator.model.PaymentFact;
import io.payroute.aggregator.model.PaymentFact.Kind;
import io.payroute.platform.kafka.KafkaBatch;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.proto.payment.Payment;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.RawEvent;
import io.payroute.provider.ToldEvent;
import io.payroute.provider.UnreadableEvent;
import io.payroute.provider.signature.SignedJson;

/**
 * Both sides of the step that has a provider's route translate an event. What has the generic form, in JSON or protobuf, says whose
 * it is by itself; anything else is an event of the provider that its topic is named for ({@code payments.raw.stripe}).
 */
@ApplicationScoped
@Named("rawEvents")
public class ReadRawEvents {

    private static final String PROVIDER = "provider";
    private static final String READ = "read";

    private final CamelContext camel;
    private final GenericEvents generic;
    private final String prefix;

    @Inject
    ReadRawEvents(CamelContext camel, GenericEvents generic,
            @ConfigProperty(name = "topic.payments-raw") String topic) {
        this.camel = camel;
        this.generic = generic;
        this.prefix = topic + ".";
    }

    /**
     * Leaves {@link HeardEvent}s as the body, and the header {@code read}; or what the route of header {@code provider} translates.
     *
     * @throws UnreadableEvent when time does not cure it
     */
    public void open(Exchange exchange) throws UnreadableEvent {
        KafkaRecord record = KafkaRecord.of(exchange);
        Message message = exchange.getMessage();
        String topic = message.getHeader(KafkaBatch.TOPIC, String.class);
        boolean json = EventEnvelope.JSON.equals(message.getHeader(EventEnvelope.CONTENT_TYPE));
        message.setHeader(READ, true);
        if (!json) {
            message.setBody(List.of(generic.read(protobuf(record.value()), topic, record)));
            return;
        }
        JsonNode event = json(record.value());
        String provider = topic.startsWith(prefix) ? topic.substring(prefix.length()) : "";
        boolean read = camel.getRoute("provider-" + provider + "-events") != null;
        if (GenericEvents.isGeneric(event)) {
            message.setBody(List.of(generic.read(event, read ? provider : null, topic, record)));
            return;
        }
        if (!read) {
            throw new UnreadableEvent("the event has not the generic form, and no route reads events of topic " + topic);
        }
        message.setHeader(READ, false);
        message.setHeader(PROVIDER, provider);
        message.setBody(new RawEvent(record.eventId(), event));
    }

    /** Makes {@link HeardEvent}s of what the provider's route has translated. */
    public void heard(Exchange exchange) {
        KafkaRecord record = KafkaRecord.of(exchange);
        Message message = exchange.getMessage();
        String topic = message.getHeader(KafkaBatch.TOPIC, String.class);
        List<?> told = message.getBody(List.class);
        message.setBody(told.stream().map(one -> heard((ToldEvent) one, topic, record)).toList());
    }

    /** @param record null in a dry run */
    static HeardEvent heard(ToldEvent told, String topic, KafkaRecord record) {
        ProviderEvent event = told.event();
        String dispute = dispute(event.kind());
        PaymentFact fact = new PaymentFact(told.pending() ? Kind.PENDING : kind(event.kind()), event.partReference(),
                event.money(),
                told.whole(), dispute, told.email(), told.at(), told.metadata());
        return new HeardEvent(event.provider(), told.payment() == null ? "" : told.payment(), event.id(), told.type(), fact,
                topic,
                record);
    }

    private static Kind kind(ProviderEvent.Kind kind) {
        if (kind.isDispute()) {
            return Kind.DISPUTE;
        }
        return switch (kind) {
            case AUTHORIZED -> Kind.AUTHORIZED;
            case COMPLETED -> Kind.COMPLETED;
            case FAILED -> Kind.FAILED;
            case CANCELLED -> Kind.CANCELLED;
            case CAPTURE_FAILED -> Kind.CAPTURE_FAILED;
            case CANCELLED_OR_REFUNDED -> Kind.CANCELLED_OR_REFUNDED;
            case REFUNDED -> Kind.REFUNDED;
            case REFUND_FAILED -> Kind.REFUND_FAILED;
            default -> Kind.NOTHING;
        };
    }

    private static String dispute(ProviderEvent.Kind kind) {
        return switch (kind) {
            case DISPUTE_OPENED -> "opened";
            case DISPUTE_UNDER_REVIEW -> "under_review";
            case DISPUTE_WON -> "won";
            case DISPUTE_LOST -> "lost";
            case DISPUTE_CLOSED -> "closed";
            default -> null;
        };
    }

    private static JsonNode json(byte[] value) throws UnreadableEvent {
        try {
            return SignedJson.object(value);
        } catch (IOException e) {
            throw new UnreadableEvent("the value is not one JSON object");
        }
    }

    private static Payment protobuf(byte[] value) throws UnreadableEvent {
        try {
            return Payment.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new UnreadableEvent("the value is neither JSON nor the protobuf message payment.Payment");
        }
    }
}
