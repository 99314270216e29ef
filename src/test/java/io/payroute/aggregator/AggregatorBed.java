package io.payroute.aggregator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

import io.payroute.platform.Failures;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.DecodedRecords;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.provider.EventRoutes;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

/** The role from its files: records of a batch in, payments in a real database, without a broker. */
final class AggregatorBed implements AutoCloseable {

    static final String RAW = "payments.raw";
    static final String NORMALIZED = "payments.normalized";

    final DefaultCamelContext context;
    final List<DeadLetters.Letter> dead = new CopyOnWriteArrayList<>();
    final AtomicInteger commits = new AtomicInteger();
    final AtomicInteger told = new AtomicInteger();
    private final ProducerTemplate producer;
    private long offset;

    AggregatorBed(StoreEvents store) throws Exception {
        context = EventRoutes.context(Map.of());
        context.getRegistry().bind("kafkaBatch", TestBatches.of(dead::add));
        context.getRegistry().bind("decodedRecords", new DecodedRecords());
        context.getRegistry().bind("recordOutcome", new RecordOutcome());
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterStep());
        context.getRegistry().bind("rawEvents",
                new ReadRawEvents(context, new GenericEvents(Optional.of(List.of("minorpay"))), RAW));
        context.getRegistry().bind("storeEvents", store);
        Routes.load(context, "aggregator/10-raw.camel.yaml");
        AdviceWith.adviceWith(context, "aggregator-raw", route -> route.replaceFromWith("direct:batch"));
        AdviceWith.adviceWith(context, "aggregator-store", route -> route.weaveById("to-outbox-normalized").replace()
                .process(exchange -> told.incrementAndGet()));
        context.start();
        producer = context.createProducerTemplate();
    }

    static StoreEvents store(TestDatabase database) {
        return new StoreEvents(database.dataSource(), NORMALIZED);
    }

    /** @param values each with its topic before it */
    Exchange consume(String... values) {
        List<Exchange> records = new ArrayList<>();
        for (int i = 0; i < values.length; i += 2) {
            records.add(record(values[i], values[i + 1].getBytes(StandardCharsets.UTF_8)));
        }
        return consume(records);
    }

    Exchange consume(List<Exchange> records) {
        return producer.send("direct:batch", exchange -> exchange.getMessage().setBody(records));
    }

    Exchange record(String topic, byte[] value) {
        Exchange record = new DefaultExchange(context);
        record.getMessage().setBody(value);
        record.getMessage().setHeader(KafkaConstants.TOPIC, topic);
        record.getMessage().setHeader(KafkaConstants.PARTITION, 0);
        record.getMessage().setHeader(KafkaConstants.OFFSET, offset++);
        record.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, (KafkaManualCommit) commits::incrementAndGet);
        return record;
    }

    static String generic(String id, String provider, String amount, String currency, String status) {
        return """
                {"id":"%s","provider":"%s","amount":%s,"currency":"%s","status":"%s","customer_email":"ada@example.com",
                 "metadata":{"order":"7"},"shop":"north","timestamp":"2026-01-02T03:04:05Z"}""".formatted(id, provider, amount,
                currency, status);
    }

    @Override
    public void close() {
        context.stop();
    }
}
