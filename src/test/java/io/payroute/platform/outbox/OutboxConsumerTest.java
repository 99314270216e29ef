package io.payroute.platform.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class OutboxConsumerTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    private final List<Message> sent = Collections.synchronizedList(new ArrayList<>());
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void clear() {
        DATABASE.clear();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void shouldPublishAtOnceWhatThisProcessCommitted() throws Exception {
        // Given
        start("pollInterval=1h", this::publish);
        commit("event-1");

        // When
        Outbox.committed("payment");

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("outbox")).isZero());
        assertThat(sent).singleElement().satisfies(message -> {
            assertThat(message.getHeader(KafkaConstants.OVERRIDE_TOPIC)).isEqualTo("topic");
            assertThat(message.getHeader(KafkaConstants.KEY)).isEqualTo(Outbox.key("key"));
            assertThat(message.getHeader(EventEnvelope.CE_ID)).isEqualTo("event-1");
            assertThat(message.getHeader("a")).isEqualTo("b");
            assertThat((byte[]) message.getBody()).asString().isEqualTo("payload");
        });
    }

    @Test
    void shouldFindWhatNobodyWokeItFor() throws Exception {
        // Given
        start("pollInterval=50ms", this::publish);

        // When
        commit("event-1");

        // Then
        await().untilAsserted(() -> assertThat(sent).hasSize(1));
    }

    @Test
    void shouldKeepWhatItsRouteDidNotPublish() throws Exception {
        // Given
        commit("event-1");

        // When
        start("pollInterval=20ms&claimInterval=1ms", exchange -> {
            publish(exchange);
            if (sent.size() < 3) {
                throw new IllegalStateException("the broker is unavailable");
            }
        });

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("outbox")).isZero());
        assertThat(sent).hasSize(3).extracting(message -> message.getHeader(EventEnvelope.CE_ID)).containsOnly("event-1");
    }

    @Test
    void shouldKeepWhatItsRouteLeftOut() throws Exception {
        // Given
        commit("event-1");
        commit("event-2");

        // When
        start("pollInterval=20ms&claimInterval=1ms", exchange -> acknowledge(messages(exchange).get(0), 7));

        // Then
        await().during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(DATABASE.count("outbox")).isEqualTo(2));
    }

    @Test
    void shouldKeepWhatFailedAndWasCaught() throws Exception {
        // Given
        commit("event-1");

        // When
        start("pollInterval=20ms&claimInterval=1ms", exchange -> acknowledge(messages(exchange).get(0), -1));

        // Then
        await().during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(DATABASE.count("outbox")).isEqualTo(1));
    }

    @Test
    void shouldTakeNothingMoreWhenSuspended() throws Exception {
        // Given
        start("pollInterval=10ms&claimInterval=1ms", this::publish);
        camel.getRouteController().suspendRoute("payment-outbox");
        commit("event-1");

        // When
        Outbox.committed("payment");

        // Then
        await().during(Duration.ofMillis(200)).untilAsserted(() -> assertThat(sent).isEmpty());
    }

    /** As the Kafka producer of Camel does. */
    private void publish(Exchange exchange) {
        messages(exchange).forEach(message -> acknowledge(message, 7));
        sent.addAll(messages(exchange));
    }

    @Test
    void shouldPublishAtOnceWhenAStepSaysThatItCommittedAnEvent() throws Exception {
        // Given
        start("pollInterval=1h", exchange -> messages(exchange).forEach(message -> acknowledge(message, 1)));
        await().during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(DATABASE.count("outbox")).isZero());
        commit("e1");

        // When
        camel.createFluentProducerTemplate().to("outbox:payment?topic=topic").send();

        // Then
        await().untilAsserted(() -> assertThat(DATABASE.count("outbox")).isZero());
    }

    private static void acknowledge(Message message, long offset) {
        message.setHeader(KafkaConstants.KAFKA_RECORD_META,
                List.of(new RecordMetadata(new TopicPartition("topic", 0), offset, 0, 0, 0, 0)));
    }

    @SuppressWarnings("unchecked")
    private static List<Message> messages(Exchange exchange) {
        return exchange.getMessage().getBody(List.class);
    }

    private void start(String parameters, Processor publish) throws Exception {
        camel.addComponent("outbox", new OutboxComponent(role -> DATABASE.dataSource(), () -> () -> Integer.MAX_VALUE));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("outbox:payment?" + parameters).routeId("payment-outbox").process(publish);
            }
        });
        camel.start();
    }

    private static void commit(String id) throws Exception {
        Sql.update(DATABASE.dataSource(), "INSERT INTO outbox (shard, topic, message_key, event_id, event_type, content_type, "
                + "headers, payload) VALUES (1, 'topic', ?, ?, 'type', 'text/plain', '{\"a\": \"b\"}', ?)", Outbox.key("key"),
                id,
                "payload".getBytes(StandardCharsets.UTF_8));
    }
}
