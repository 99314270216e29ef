package io.payroute.platform.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommitFactory;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.component.kafka.consumer.KafkaManualCommitFactory.CamelExchangePayload;
import org.apache.camel.component.kafka.consumer.KafkaManualCommitFactory.KafkaRecordPayload;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.outbox.EventEnvelope;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaBatchTest {

    private static final Set<String> ALLOWED = Set.of("topic", "partition", "offset", "key", "ce_id", "ce_type",
            "content-type");

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<DeadLetters.Letter> refused = new ArrayList<>();
    private final KafkaBatch kafkaBatch = TestBatches.of(refused::add);
    private final List<String> commits = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"kafka.OVERRIDE_TOPIC", "kafka.PARTITION_KEY", "CamelHttpUri", "CamelHttpPath", "To", "Subject",
            "mail.smtp.host", "CamelFileName", "CamelBeanMethodName", "operation", "provider", "X-Payroute-Caller",
            "CamelKafkaManualCommit", "ce_source", "authorization"})
    void shouldLetNoOtherHeaderOfAProducerIn(String header) {
        // Given
        Exchange record = record(0, 1, "{}");
        record.getMessage().setHeader(header, bytes("evil"));

        // When
        Message message = records(record).get(0);

        // Then
        assertThat(message.getHeaders()).containsOnlyKeys(ALLOWED);
        assertThat(message.getHeaders().values()).doesNotContain("evil", bytes("evil"));
    }

    @Test
    void shouldKeepIdentityPositionAndBytes() {
        // Given
        Exchange record = record(3, 42, "{\"a\":1}");
        record.getMessage().setHeader("ce_id", bytes("event-1"));
        record.getMessage().setHeader("ce_type", bytes("type-1"));
        record.getMessage().setHeader(KafkaConstants.KEY, bytes("key-1"));

        // When
        Message message = records(record).get(0);

        // Then
        assertThat(message.getHeaders()).containsEntry("ce_id", "event-1").containsEntry("ce_type", "type-1")
                .containsEntry("topic", "payment-topic").containsEntry("partition", 3).containsEntry("offset", 42L);
        assertThat(message.getHeader("key", byte[].class)).isEqualTo(bytes("key-1"));
        assertThat(message.getBody(byte[].class)).isEqualTo(bytes("{\"a\":1}"))
                .isEqualTo(((KafkaRecord) message).value());
    }

    @ParameterizedTest
    @CsvSource({"'{\"a\":1}',,application/json", "'  \n{',,application/json", "'\nx',,application/protobuf",
            "'',,application/protobuf", "'{}',application/x-protobuf,application/protobuf",
            "'x',application/cloudevents+json,application/json", "'{}','',application/json"})
    void shouldTellJsonByTheHeaderElseByTheFirstByte(String body, String declared, String expected) {
        // Given
        Exchange record = record(0, 1, body);
        if (declared != null) {
            record.getMessage().setHeader("content-type", bytes(declared));
        }

        // When
        Message message = records(record).get(0);

        // Then
        assertThat(message.getHeader("content-type")).isEqualTo(expected);
    }

    /** In doubt the last one, so that its failure is seen. */
    @ParameterizedTest
    @CsvSource({",0", "1,1", "12,12", "true,2147483647", "-1,2147483647", "99999999999,0"})
    void shouldTellWhichReplayOfALetterItIs(String header, int expected) throws Exception {
        // Given
        Exchange record = record(0, 1, "{}");
        if (header != null) {
            record.getMessage().setHeader("payroute-replayed", bytes(header));
        }

        Exchange batch = batch(record);
        KafkaRecord.of(kafkaBatch.records(batch).get(0)).refuse("route", new IllegalArgumentException());

        // When
        kafkaBatch.commit(batch);

        // Then
        assertThat(refused).extracting(DeadLetters.Letter::replay).containsExactly(expected);
    }

    static Stream<byte[]> unusable() {
        return Stream.of(bytes(""), bytes("   "), bytes("nul\0byte"), bytes("line\nbreak"), new byte[]{(byte) 0xff},
                new byte[]{'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80}, bytes("x".repeat(4_001)));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void shouldTakeNoRecordWhoseIdCannotBeUsed(byte[] id) throws Exception {
        // Given
        Exchange bad = record(1, 7, "{}");
        bad.getMessage().setHeader("ce_id", id);
        Exchange batch = batch(bad, record(1, 8, "{}"));

        // When
        List<Message> records = kafkaBatch.records(batch);

        // Then
        assertThat(records).singleElement().satisfies(good -> assertThat(good.getHeader("offset")).isEqualTo(8L));
        kafkaBatch.commit(batch);
        assertThat(refused).singleElement().satisfies(letter -> {
            assertThat(letter.eventId()).isEqualTo(EventEnvelope.idOfPosition("payment-topic", 1, 7, 0));
            assertThat(letter.cause()).contains("ce_id");
        });
        assertThat(commits).containsExactly("1@8");
    }

    @Test
    void shouldTakeNoRecordWhoseSourceCannotBeUsed() throws Exception {
        // Given
        Exchange bad = record(1, 7, "{}");
        bad.getMessage().setHeader("ce_id", bytes("event-1"));
        bad.getMessage().setHeader("ce_source", new byte[]{(byte) 0xff});
        Exchange batch = batch(bad);

        // When
        List<Message> records = kafkaBatch.records(batch);

        // Then
        assertThat(records).isEmpty();
        kafkaBatch.commit(batch);
        assertThat(refused).extracting(DeadLetters.Letter::cause).singleElement().asString().contains("ce_source is not UTF-8");
    }

    @Test
    void shouldIdentifyByPositionWhenThereIsNoId() {
        // When
        Message message = records(record(1, 7, "{}")).get(0);

        // Then
        assertThat(message.getHeader("ce_id")).isEqualTo(EventEnvelope.idOfPosition("payment-topic", 1, 7, 0));
    }

    @Test
    void shouldShortenAnIdThatIsTooLong() {
        // Given
        Exchange record = record(1, 7, "{}");
        record.getMessage().setHeader("ce_id", bytes("x".repeat(101)));

        // When
        Message message = records(record).get(0);

        // Then
        assertThat(message.getHeader("ce_id")).isEqualTo(EventEnvelope.identity(null, "x".repeat(101))).asString().hasSize(36);
    }

    @Test
    void shouldTakeARecordWithoutValue() {
        // Given
        Exchange record = record(0, 1, "");
        record.getMessage().setBody(null);

        // When
        Message message = records(record).get(0);

        // Then
        assertThat(message.getBody(byte[].class)).isEmpty();
    }

    @Test
    void shouldTakeAndCommitNothingMoreWhenTheApplicationStops() throws Exception {
        // Given
        CamelContext stopping = new DefaultCamelContext() {
            @Override
            public ServiceStatus getStatus() {
                return ServiceStatus.Stopping;
            }
        };
        Exchange batch = new DefaultExchange(stopping);
        batch.getExchangeExtension().setFromRouteId("payment-submitted");
        batch.getMessage().setBody(List.of(record(0, 1, "a")));

        // When
        List<Message> records = kafkaBatch.records(batch);

        // Then
        assertThat(records).isEmpty();
        kafkaBatch.commit(batch);
        assertThat(commits).isEmpty();
    }

    @Test
    void shouldCommitTheLastRecordOfEachPartition() throws Exception {
        // Given
        Exchange batch = batch(record(0, 1, "a"), record(1, 8, "b"), record(0, 2, "c"), record(1, 9, "d"), record(0, 3, "e"));
        kafkaBatch.records(batch);

        // When
        kafkaBatch.commit(batch);

        // Then
        assertThat(commits).containsExactlyInAnyOrder("0@3", "1@9");
    }

    @Test
    void shouldCommitAllPartitionsThatItStillHasByOneRequest() throws Exception {
        // Given
        List<Map<TopicPartition, OffsetAndMetadata>> requests = new ArrayList<>();
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
            @Override
            public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
                requests.add(offsets);
            }
        };
        consumer.assign(List.of(new TopicPartition("payment-topic", 0), new TopicPartition("payment-topic", 1)));
        Exchange batch = batch(read(consumer, 0, 3), read(consumer, 1, 8), read(consumer, 0, 4), read(consumer, 1, 9),
                read(consumer, 2, 7));
        kafkaBatch.records(batch);

        // When
        kafkaBatch.commit(batch);

        // Then
        assertThat(requests).containsExactly(Map.of(new TopicPartition("payment-topic", 0), new OffsetAndMetadata(5),
                new TopicPartition("payment-topic", 1), new OffsetAndMetadata(10)));
    }

    /** As Camel hands it over. */
    private Exchange read(MockConsumer<?, ?> consumer, int partition, long offset) {
        Exchange record = record(partition, offset, "{}");
        record.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, new DefaultKafkaManualCommitFactory().newInstance(
                new CamelExchangePayload(record, consumer, "thread", null),
                new KafkaRecordPayload(new TopicPartition("payment-topic", partition), offset, 5_000), null));
        return record;
    }

    private List<Message> records(Exchange... records) {
        return kafkaBatch.records(batch(records));
    }

    private Exchange batch(Exchange... records) {
        Exchange batch = new DefaultExchange(context);
        batch.getExchangeExtension().setFromRouteId("payment-submitted");
        batch.getMessage().setBody(List.of(records));
        return batch;
    }

    private Exchange record(int partition, long offset, String value) {
        Exchange record = new DefaultExchange(context);
        KafkaManualCommit commit = () -> commits.add(partition + "@" + offset);
        record.getMessage().setBody(bytes(value));
        record.getMessage().setHeader(KafkaConstants.TOPIC, "payment-topic");
        record.getMessage().setHeader(KafkaConstants.PARTITION, partition);
        record.getMessage().setHeader(KafkaConstants.OFFSET, offset);
        record.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, commit);
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
