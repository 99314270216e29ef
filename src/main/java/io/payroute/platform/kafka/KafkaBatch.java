package io.payroute.platform.kafka;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommit;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import io.payroute.platform.CrashPoint;
import io.payroute.platform.Refusal;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.RoleDeadLetters;
import io.payroute.platform.trace.TraceContext;

/**
 * Two steps of every batching Kafka route: {@code records} at its start, {@code commit} at its end. While the application stops the
 * first ends the exchange, so it has to be a step ({@code bean}) and not an expression, which works on a copy: the routes that the
 * batch would go on to may be gone, and {@code direct:} waits for them for longer than a stop may take.
 * <p>
 * The offsets of a batch are committed after its transaction and after its dead letters, with the last record of
 * each partition: a batch route that fails before that gets the same records again, after a pause that grows with each
 * failure.
 */
@ApplicationScoped
@Named("kafkaBatch")
public class KafkaBatch {

    private static final String BATCH = "payrouteBatch";
    /** Headers of a record's message, for routes to read: its position, its identity, its type. */
    public static final String TOPIC = "topic";
    public static final String PARTITION = "partition";
    public static final String OFFSET = "offset";
    public static final String KEY = "key";

    /** @param exchanges of the consumer, one a record, whose headers carry the means to commit */
    private record Batch(List<?> exchanges, Collection<DeadLetters.Letter> deadLetters) {
    }

    @FunctionalInterface
    interface Store {
        void store(Exchange batch, Collection<DeadLetters.Letter> deadLetters) throws SQLException;
    }

    private final Store store;
    private final FailingBatches failing;

    @Inject
    KafkaBatch(RoleDeadLetters deadLetters, FailingBatches failing) {
        this((batch, letters) -> deadLetters.of(role(batch)).store(letters), failing);
    }

    KafkaBatch(Store store, FailingBatches failing) {
        this.store = store;
        this.failing = failing;
    }

    /**
     * The batch as one {@link KafkaRecord} each: the value's bytes as body, and as headers only {@code topic}, {@code partition},
     * {@code offset}, {@code key}, {@code ce_id}, {@code ce_type} and {@code content-type}. A record without {@code ce_id} is
     * identified by its position; one whose {@code ce_id} cannot be used is a dead letter. One without {@code content-type} is JSON
     * when its first byte is an opening brace, and protobuf otherwise.
     */
    public List<Message> records(Exchange exchange) {
        // While the application stops nothing is taken and nothing committed: it is read again after the next start.
        boolean begun = failing.begin(exchange);
        exchange.setRouteStop(!begun);
        List<?> taken = begun ? exchange.getMessage().getBody(List.class) : List.of();
        Batch batch = new Batch(taken, new ConcurrentLinkedQueue<>());
        exchange.setProperty(BATCH, batch);
        List<Message> records = new ArrayList<>(batch.exchanges().size());
        for (Object one : batch.exchanges()) {
            add((Exchange) one, batch.deadLetters(), exchange.getFromRouteId(), records);
        }
        return records;
    }

    private static String role(Exchange batch) {
        return batch.getContext().getRoute(batch.getFromRouteId()).getGroup();
    }

    private static void add(Exchange exchange, Collection<DeadLetters.Letter> deadLetters, String routeId,
            List<Message> records) {
        Message in = exchange.getMessage();
        String topic = in.getHeader(KafkaConstants.TOPIC, String.class);
        int partition = in.getHeader(KafkaConstants.PARTITION, Integer.class);
        long offset = in.getHeader(KafkaConstants.OFFSET, Long.class);
        long timestamp = in.getHeader(KafkaConstants.TIMESTAMP, 0L, Long.class);
        String id = null;
        Refusal unusable = null;
        try {
            id = EventIdentity.of(in);
        } catch (Refusal e) {
            unusable = e;
        }
        if (id == null) {
            id = EventEnvelope.idOfPosition(topic, partition, offset, timestamp);
        }
        byte[] value = in.getBody() instanceof byte[] bytes ? bytes : new byte[0];
        byte[] key = in.getHeader(KafkaConstants.KEY) instanceof byte[] bytes ? bytes : null;
        KafkaRecord.Facts facts = new KafkaRecord.Facts(topic, partition, offset, timestamp, key, id,
                text(in, EventEnvelope.CE_TYPE, 200), contentType(text(in, EventEnvelope.CONTENT_TYPE, 100), value),
                replay(text(in, EventEnvelope.REPLAY, 9)), value,
                TraceContext.parse(text(in, TraceContext.HEADER, 512)));
        KafkaRecord record = new KafkaRecord(exchange.getContext(), facts, deadLetters);
        if (unusable == null) {
            records.add(withHeaders(record, facts));
        } else {
            record.refuse(routeId, unusable);
        }
    }

    /** Earlier versions did not count: in doubt it is the last one, whose failure must not stay unseen. */
    private static int replay(String header) {
        return header == null ? 0 : header.matches("[0-9]+") ? Integer.parseInt(header) : Integer.MAX_VALUE;
    }

    private static Message withHeaders(KafkaRecord record, KafkaRecord.Facts facts) {
        record.setBody(facts.value());
        record.setHeader(TOPIC, facts.topic());
        record.setHeader(PARTITION, facts.partition());
        record.setHeader(OFFSET, facts.offset());
        record.setHeader(KEY, facts.key());
        record.setHeader(EventEnvelope.CE_ID, facts.eventId());
        record.setHeader(EventEnvelope.CE_TYPE, facts.type());
        record.setHeader(EventEnvelope.CONTENT_TYPE, facts.contentType());
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

    /** Stores the batch's dead letters, then commits the offset after the last record of each of its partitions. */
    public void commit(Exchange exchange) throws SQLException {
        Batch batch = exchange.getProperty(BATCH, Batch.class);
        if (!batch.deadLetters().isEmpty()) {
            store.store(exchange, batch.deadLetters());
        }
        CrashPoint.reached("batch-done-before-offset");
        Map<String, KafkaManualCommit> last = new LinkedHashMap<>();
        for (Object one : batch.exchanges()) {
            Message in = ((Exchange) one).getMessage();
            KafkaManualCommit commit = in.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class);
            last.put(in.getHeader(KafkaConstants.TOPIC) + "/" + in.getHeader(KafkaConstants.PARTITION), commit);
        }
        commit(last.values());
    }

    /** All partitions by one request: one for each would take most of the time of a small batch. */
    private static void commit(Collection<KafkaManualCommit> last) {
        DefaultKafkaManualCommit any = null;
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (KafkaManualCommit one : last) {
            if (one instanceof DefaultKafkaManualCommit record) {
                offsets.put(record.getPartition(), new OffsetAndMetadata(record.getRecordOffset() + 1));
                any = record;
            } else {
                // Made by another factory than Camel's own.
                one.commit();
            }
        }
        if (any != null) {
            // Whoever has a partition now may be further.
            offsets.keySet().retainAll(any.getConsumer().assignment());
            any.getConsumer().commitSync(offsets, Duration.ofMillis(any.getCommitTimeout()));
        }
    }
}
