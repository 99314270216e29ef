package io.payroute.messaging;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.support.DefaultMessage;

import io.payroute.runtime.CrashPoint;

/**
 * Two steps of every batching Kafka route: {@code records} at its start, {@code commit} at its end.
 * <p>
 * The offsets of a batch are committed after its transaction, once for each partition, with the last record of that partition:
 * a batch route that fails before that gets the same records again.
 */
@ApplicationScoped
@Named("kafkaBatch")
public class KafkaBatch {

    static final String RECORDS = "payrouteRecords";
    /** Headers of a record's message: its place, its identity, its type. Nothing else of what a producer sent gets in. */
    public static final String TOPIC = "topic";
    public static final String PARTITION = "partition";
    public static final String OFFSET = "offset";
    public static final String KEY = "key";
    /** The value as it came, for the dead letter of a record that fails after it was decoded. */
    public static final String ORIGINAL = "original";

    /**
     * The batch as one message a record: the value's bytes as body, and as headers only {@code topic}, {@code partition},
     * {@code offset}, {@code key}, {@code original}, {@code ce_id}, {@code ce_type} and {@code content-type}. A record without {@code ce_id}
     * is identified by its place; one without {@code content-type} is JSON when its first byte is an opening brace, and
     * protobuf otherwise.
     */
    public List<Message> records(Exchange batch) {
        List<?> exchanges = batch.getMessage().getBody(List.class);
        batch.setProperty(RECORDS, exchanges);
        List<Message> records = new ArrayList<>(exchanges.size());
        for (Object exchange : exchanges) {
            records.add(record((Exchange) exchange));
        }
        return records;
    }

    private static Message record(Exchange exchange) {
        Message in = exchange.getMessage();
        Object value = in.getBody();
        byte[] body = value instanceof byte[] bytes ? bytes : new byte[0];
        Object key = in.getHeader(KafkaConstants.KEY);
        String topic = in.getHeader(KafkaConstants.TOPIC, String.class);
        int partition = in.getHeader(KafkaConstants.PARTITION, Integer.class);
        long offset = in.getHeader(KafkaConstants.OFFSET, Long.class);
        String id = text(in, EventEnvelope.CE_ID, 4_000);
        String source = text(in, EventEnvelope.CE_SOURCE, 4_000);
        Long timestamp = in.getHeader(KafkaConstants.TIMESTAMP, 0L, Long.class);
        Message record = new DefaultMessage(exchange.getContext());
        record.setBody(body);
        record.setHeader(ORIGINAL, body);
        record.setHeader(TOPIC, topic);
        record.setHeader(PARTITION, partition);
        record.setHeader(OFFSET, offset);
        record.setHeader(KEY, key instanceof byte[] bytes ? bytes : null);
        record.setHeader(EventEnvelope.CE_ID, id != null
                ? EventEnvelope.identity(source, id)
                : EventEnvelope.idOfPlace(topic, partition, offset, timestamp));
        record.setHeader(EventEnvelope.CE_TYPE, text(in, EventEnvelope.CE_TYPE, 200));
        record.setHeader(EventEnvelope.CONTENT_TYPE, contentType(text(in, EventEnvelope.CONTENT_TYPE, 100), body));
        return record;
    }

    private static String contentType(String declared, byte[] body) {
        if (declared != null) {
            return declared.contains("json") ? EventEnvelope.JSON : EventEnvelope.PROTOBUF;
        }
        int i = 0;
        while (i < body.length && Character.isWhitespace(body[i])) {
            i++;
        }
        return i < body.length && body[i] == '{' ? EventEnvelope.JSON : EventEnvelope.PROTOBUF;
    }

    private static String text(Message in, String header, int maxLength) {
        Object value = in.getHeader(header);
        String text = value instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : value instanceof String string ? string : null;
        return text == null || text.isBlank() || text.length() > maxLength || text.indexOf('\0') >= 0 ? null : text;
    }

    /** Commits the offset after the last record of each partition of this batch. */
    public void commit(Exchange batch) {
        CrashPoint.reached("batch-done-before-offset");
        Map<String, KafkaManualCommit> last = new LinkedHashMap<>();
        for (Object one : batch.getProperty(RECORDS, List.class)) {
            Message in = ((Exchange) one).getMessage();
            KafkaManualCommit commit = in.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class);
            last.put(in.getHeader(KafkaConstants.TOPIC) + "/" + in.getHeader(KafkaConstants.PARTITION), commit);
        }
        last.values().forEach(KafkaManualCommit::commit);
    }
}
