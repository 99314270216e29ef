package io.payroute.platform.kafka;

import java.util.Collection;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

import io.payroute.platform.Causes;
import io.payroute.platform.LogSubject;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.trace.TraceContext;

/**
 * One record of a batch on its way through the routes. Who it is, and what its dead letter needs, stands in the message itself and
 * goes along with every copy: no step of a route can take it away, neither by removing headers or properties nor by changing the
 * body. The headers that a route may read are copies (see {@link KafkaBatch#records}).
 */
public final class KafkaRecord extends DefaultMessage implements LogSubject, TraceContext.Traced {

    /**
     * @param type {@code ce_type}, null when the producer gave none
     * @param replay which replay of a dead letter this is, 0 for none
     * @param trace the span that published it, null when it came without
     */
    record Facts(String topic, int partition, long offset, long timestamp, byte[] key, String eventId, String type,
            String contentType, int replay, byte[] value, TraceContext trace) {
    }

    private final Facts facts;
    private final Collection<DeadLetters.Letter> deadLetters;
    private final About about;

    /** @param deadLetters of its batch, stored when the batch is done */
    KafkaRecord(CamelContext context, Facts facts, Collection<DeadLetters.Letter> deadLetters) {
        this(context, facts, deadLetters, new About());
    }

    private KafkaRecord(CamelContext context, Facts facts, Collection<DeadLetters.Letter> deadLetters, About about) {
        super(context);
        this.facts = facts;
        this.deadLetters = deadLetters;
        this.about = about;
    }

    /** The record that a route works on. */
    public static KafkaRecord of(Exchange exchange) {
        return of(exchange.getMessage());
    }

    static KafkaRecord of(Message message) {
        if (message instanceof KafkaRecord record) {
            return record;
        }
        throw new IllegalStateException("A step has replaced the message of the record; change its body and headers only.");
    }

    /**
     * Notes what it is about, once that could be read, for every line of the log that tells of it: also in the exchange, because a
     * bean that returns something puts a plain message in the place of this one.
     */
    public void about(Exchange exchange, String name, Object id) {
        String more = LogSubject.id(name, id);
        if (!about.ids.contains(more)) {
            about.ids += more;
        }
        LogSubject.set(exchange, this);
    }

    @Override
    public String logIds() {
        return LogSubject.id("topic", facts.topic()) + LogSubject.id("eventId", facts.eventId()) + about.ids;
    }

    @Override
    public TraceContext trace() {
        return facts.trace();
    }

    /** What makes a second delivery harmless. */
    public String eventId() {
        return facts.eventId();
    }

    public String type() {
        return facts.type();
    }

    /** The value as it came. */
    public byte[] value() {
        return facts.value();
    }

    /** Makes a dead letter of it, as it came; it is stored before the batch is committed. */
    public void refuse(String routeId, Throwable cause) {
        refuse(new Refusal(routeId, Causes.brief(cause), 1));
    }

    /**
     * Makes a dead letter of a record whose id is not to be believed: under the id of its position, so that it cannot take the place
     * of the dead letter of the event that has the id.
     */
    public void refuseUnproven(String routeId, Throwable cause) {
        refuse(new Refusal(routeId, Causes.brief(cause), 1),
                EventEnvelope.idOfPosition(facts.topic(), facts.partition(), facts.offset(), facts.timestamp()));
    }

    void refuse(Refusal refusal) {
        refuse(refusal, facts.eventId());
    }

    private void refuse(Refusal refusal, String id) {
        deadLetters.add(new DeadLetters.Letter(facts.topic(), facts.partition(), facts.offset(), facts.key(), id,
                facts.type() == null ? "unknown" : facts.type(), facts.contentType(), facts.value(), refusal.routeId(),
                refusal.cause(), refusal.attempts(), facts.replay(), traced()));
    }

    private String traced() {
        return about.ids + TraceContext.logId(facts.trace());
    }

    /** What all copies of a record know of it. */
    private static final class About {
        private String ids = "";
    }

    /** What a route says of a record that it could not handle. */
    record Refusal(String routeId, String cause, int attempts) {
    }

    @Override
    public DefaultMessage newInstance() {
        return new KafkaRecord(getCamelContext(), facts, deadLetters, about);
    }
}
