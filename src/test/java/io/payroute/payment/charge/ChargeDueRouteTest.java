package io.payroute.payment.charge;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.payment.PaymentEvents;
import io.payroute.payment.PaymentFormats;
import io.payroute.payment.TestPayments;
import io.payroute.payment.accept.DecodeSubmitted;
import io.payroute.payment.accept.RecordPayments;
import io.payroute.payment.routing.ProviderRoutes;
import io.payroute.platform.Failures;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.DecodedRecords;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.testing.Routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class ChargeDueRouteTest {

    private final DefaultCamelContext context = Routes.context();
    /** What happened, in order. */
    private final List<String> history = Collections.synchronizedList(new ArrayList<>());
    private final List<DeadLetters.Letter> buried = new ArrayList<>();
    private int failures;
    private Exception failure;
    private boolean stopping;

    /** Stands in for the database. */
    public class Recording {
        public void record(List<RecordPayments.Submitted> batch) throws Exception {
            if (failure != null && failures-- > 0) {
                history.add("failed");
                throw failure;
            }
            history.add("recorded " + batch.stream().map(RecordPayments.Submitted::eventId).toList());
        }
    }

    @BeforeEach
    void start() throws Exception {
        context.getRegistry().bind("kafkaBatch", TestBatches.of(this::bury, () -> stopping));
        context.getRegistry().bind("recordOutcome", new RecordOutcome());
        context.getRegistry().bind("decodedRecords", new DecodedRecords());
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterStep());
        context.getRegistry().bind("decodeSubmitted", new DecodeSubmitted(new ProviderRoutes(context)));
        context.getRegistry().bind("recordPayments", new Recording());
        context.getRegistry().bind("paymentRequestJson", new PaymentFormats().json());
        context.getRegistry().bind("paymentRequestProtobuf", new PaymentFormats().protobuf());
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/20-charge-due.camel.yaml");
        AdviceWith.adviceWith(context, "payment-submitted", route -> route.replaceFromWith("direct:batch"));
        context.start();
    }

    private void bury(DeadLetters.Letter letter) {
        if (letter.eventId().equals("undead")) {
            throw new IllegalStateException("dead letters are unavailable");
        }
        history.add("dead " + letter.eventId());
        buried.add(letter);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldRecordWhatIsGoodOnBothSidesOfWhatIsNot() {
        // When
        Exchange batch = consume(protobuf("good-1"), json("poison", "garbage"), json("good-2", good()),
                json("poison-2", "{\"userId\":\"u\",\"amount\":-1,\"method\":\"card\"}"), protobuf("good-3"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(history).containsExactly("recorded [good-1, good-2, good-3]", "dead poison", "dead poison-2", "commit 0@4");
    }

    @Test
    void shouldWaitForNoRouteThatHasStoppedWhenABatchComesLate() throws Exception {
        // Given
        context.getRouteController().stopRoute("payment-record");
        stopping = true;

        // When
        Exchange batch = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> consume(protobuf("good-1")));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(history).isEmpty();
    }

    @Test
    void shouldRecordAWholeBatch() {
        // When
        Exchange batch = consume(IntStream.range(0, 500).mapToObj(i -> protobuf("event-" + i)).toArray(Exchange[]::new));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(history).hasSize(2).last().isEqualTo("commit 0@499");
        assertThat(history.get(0)).startsWith("recorded [event-0, event-1, ").endsWith("event-499]");
    }

    @Test
    void shouldCommitABatchOfNothingButPoison() {
        // When
        Exchange batch = consume(json("poison-1", "garbage"), json("poison-2", "[]"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(history).containsExactly("recorded []", "dead poison-1", "dead poison-2", "commit 0@1");
    }

    @Test
    void shouldCommitEachPartition() {
        // Given
        Exchange other = protobuf("good-2");
        other.getMessage().setHeader(KafkaConstants.PARTITION, 1);

        // When
        consume(protobuf("good-1"), other, protobuf("good-3"));

        // Then
        assertThat(history).containsExactly("recorded [good-1, good-2, good-3]", "commit 0@2", "commit 1@1");
    }

    @Test
    void shouldTryAgainWhileTheDatabaseIsUnavailable() {
        // Given
        failure = new SQLException("unavailable", "08006");
        failures = 2;

        // When
        Exchange batch = consume(protobuf("good-1"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(history).containsExactly("failed", "failed", "recorded [good-1]", "commit 0@0");
    }

    @Test
    void shouldCommitNothingWhenTheDatabaseStaysUnavailable() {
        // Given
        failure = new SQLException("unavailable", "08006");
        failures = Integer.MAX_VALUE;

        // When
        Exchange batch = consume(protobuf("good-1"), json("poison", "garbage"), protobuf("good-2"));

        // Then
        assertThat(batch.getException()).isNotNull();
        assertThat(history).containsExactly("failed", "failed", "failed");
    }

    @Test
    void shouldCommitNothingWhenAStepOnTheBatchHasABug() {
        // Given
        failure = new NullPointerException("bug");
        failures = Integer.MAX_VALUE;

        // When
        Exchange batch = consume(protobuf("good-1"));

        // Then
        assertThat(batch.getException()).isNotNull();
        assertThat(history).containsExactly("failed");
    }

    @Test
    void shouldCommitNothingWhenADeadLetterCannotBeStored() {
        // When
        Exchange batch = consume(protobuf("good-1"), json("undead", "garbage"), protobuf("good-2"));

        // Then
        assertThat(batch.getException()).isNotNull();
        assertThat(history).containsExactly("recorded [good-1, good-2]");
    }

    @Test
    void shouldKnowWhatItWorksOnWhateverAUserRemoves() throws Exception {
        // Given
        AdviceWith.adviceWith(context, "payment-decode",
                route -> route.weaveAddFirst().removeHeaders("*").removeProperties("*"));
        Exchange other = protobuf("good-2");
        other.getMessage().setHeader(KafkaConstants.PARTITION, 1);
        other.getMessage().setHeader(KafkaConstants.KEY, "key".getBytes(StandardCharsets.UTF_8));
        other.getMessage().setBody("garbage".getBytes(StandardCharsets.UTF_8));

        // When
        Exchange batch = consume(protobuf("good-1"), other, protobuf("good-3"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(history).containsExactly("recorded [good-1, good-3]", "dead good-2", "commit 0@2", "commit 1@1");
        assertThat(buried).singleElement().satisfies(letter -> {
            assertThat(letter.source() + letter.partition() + '@' + letter.offset()).isEqualTo("payment-topic1@1");
            assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo("key");
            assertThat(new String(letter.payload(), StandardCharsets.UTF_8)).isEqualTo("garbage");
            assertThat(letter.contentType()).isEqualTo("application/protobuf");
            assertThat(letter.routeId()).isEqualTo("payment-decode");
        });
    }

    @Test
    void shouldMakeADeadLetterOfEachIdThatCannotBeRead() {
        // Given
        Exchange[] unreadable = {protobuf("a"), protobuf("b"), protobuf("c")};
        for (int i = 0; i < unreadable.length; i++) {
            unreadable[i].getMessage().setHeader("ce_id", new byte[]{'i', 'd', (byte) (0xf0 + i)});
        }

        // When
        Exchange batch = consume(unreadable[0], protobuf("good"), unreadable[1], unreadable[2]);

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(history).hasSize(5).startsWith("recorded [good]").endsWith("commit 0@3");
        assertThat(buried).extracting(DeadLetters.Letter::eventId).doesNotHaveDuplicates().hasSize(3);
        assertThat(buried).extracting(DeadLetters.Letter::cause).allSatisfy(cause -> assertThat(cause)
                .contains("ce_id is not UTF-8").contains("0x6964f"));
    }

    @Test
    void shouldCommitABatchOfNothingButUnreadableIds() {
        // Given
        Exchange unreadable = protobuf("a");
        unreadable.getMessage().setHeader("ce_id", new byte[]{(byte) 0xff});

        // When
        Exchange batch = consume(unreadable);

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(history).hasSize(3).startsWith("recorded []").endsWith("commit 0@0");
    }

    @Test
    void shouldLetNoProducerChooseWhereItsMessageGoes() {
        // Given
        Exchange evil = json("good-1", good());
        evil.getMessage().setHeader("CamelBeanMethodName", "evil".getBytes(StandardCharsets.UTF_8));
        evil.getMessage().setHeader("kafka.OVERRIDE_TOPIC", "evil".getBytes(StandardCharsets.UTF_8));
        evil.getMessage().setHeader("CamelToEndpoint", "direct:evil");

        // When
        Exchange batch = consume(evil);

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(history).containsExactly("recorded [good-1]", "commit 0@0");
    }

    private static String good() {
        return "{\"userId\":\"u\",\"amount\":\"49.99\",\"method\":\"card\"}";
    }

    private Exchange consume(Exchange... records) {
        for (int i = 0; i < records.length; i++) {
            records[i].getMessage().setHeader(KafkaConstants.OFFSET, (long) i);
            int partition = records[i].getMessage().getHeader(KafkaConstants.PARTITION, Integer.class);
            String position = partition + "@" + i;
            KafkaManualCommit commit = () -> history.add("commit " + position);
            records[i].getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, commit);
        }
        return context.createProducerTemplate().send("direct:batch",
                exchange -> exchange.getMessage().setBody(new ArrayList<>(List.of(records))));
    }

    private Exchange protobuf(String id) {
        return record(id, PaymentEvents.submitted("payment-topic", TestPayments.instruction()).payload(),
                "application/protobuf");
    }

    private Exchange json(String id, String text) {
        return record(id, text.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    private Exchange record(String id, byte[] value, String contentType) {
        Exchange record = new DefaultExchange(context);
        record.getMessage().setBody(value);
        record.getMessage().setHeader(KafkaConstants.TOPIC, "payment-topic");
        record.getMessage().setHeader(KafkaConstants.PARTITION, 0);
        record.getMessage().setHeader("ce_id", id.getBytes(StandardCharsets.UTF_8));
        record.getMessage().setHeader("content-type", contentType.getBytes(StandardCharsets.UTF_8));
        return record;
    }
}
