package io.payroute.platform.outbox;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import io.payroute.platform.Ids;
import io.payroute.platform.trace.TraceContext;

/**
 * An event on its way to a topic, with the attributes that become its CloudEvents headers (Kafka protocol binding 1.0, binary
 * content mode). The same {@code id} published twice is the same event.
 *
 * @param topic where to
 * @param key what keeps related events in order; may be null
 * @param id {@code ce_id}
 * @param type {@code ce_type}, such as {@code io.payroute.payment.status-updated}
 * @param contentType of the payload
 * @param headers further headers as a JSON object of strings, or null
 * @param traceparent of the step that wrote it, or null
 */
public record EventEnvelope(String topic, byte[] key, String id, String type, String contentType, String headers,
        byte[] payload, String traceparent) {

    /** {@code ce_source} of all events that this application publishes. */
    public static final String SOURCE = "/payroute";
    private static final int MAX_ID = 100;
    public static final String PROTOBUF = "application/protobuf";
    public static final String JSON = "application/json";
    public static final String CE_ID = "ce_id";
    public static final String CE_TYPE = "ce_type";
    public static final String CE_SOURCE = "ce_source";
    public static final String CE_TIME = "ce_time";
    public static final String CE_SPEC_VERSION = "ce_specversion";
    /** Header of a replayed event: which replay of its dead letter this is, from 1. */
    public static final String REPLAY = "payroute-replayed";
    public static final String CONTENT_TYPE = "content-type";

    /** An event outside of every trace. */
    public EventEnvelope(String topic, byte[] key, String id, String type, String contentType, String headers, byte[] payload) {
        this(topic, key, id, type, contentType, headers, payload, null);
    }

    /** A new protobuf event with a fresh id, of the trace that this thread works on. */
    public static EventEnvelope protobuf(String topic, String key, String type, byte[] payload) {
        return new EventEnvelope(topic, key.getBytes(StandardCharsets.UTF_8), Ids.next().toString(), type, PROTOBUF, null,
                payload, trace());
    }

    /** The trace that this thread works on, as the distributed tracing extension of CloudEvents carries it. */
    private static String trace() {
        TraceContext current = TraceContext.current();
        return current == null ? null : current.header();
    }

    /**
     * The identity of an event is its source and its id together (CloudEvents 1.0): two producers may both count from 1. Our own
     * events, and those of a producer that names no source, are known by their id.
     */
    public static String identity(String source, String id) {
        boolean plain = source == null || SOURCE.equals(source);
        return plain && id.length() <= MAX_ID ? id : uuid((plain ? "" : source) + '\n' + id);
    }

    /**
     * The id of a message that came without one: its position in the log and its time, which a second delivery has too, and a
     * message at the same position of a topic made anew has not.
     */
    public static String idOfPosition(String topic, int partition, long offset, long timestamp) {
        return uuid(topic + '/' + partition + '/' + offset + '/' + timestamp);
    }

    private static String uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
