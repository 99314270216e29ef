package io.payroute.notification;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.grpc.Status;
import io.payroute.messaging.Failures;
import io.payroute.messaging.KafkaBatch;
import io.payroute.messaging.RecordOutcome;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.proto.payment.PaymentStatusUpdated;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentStatusRouteTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<PaymentRequest> told = new CopyOnWriteArrayList<>();
    private final List<String> dead = new CopyOnWriteArrayList<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final ConcurrentLinkedQueue<Status> failures = new ConcurrentLinkedQueue<>();
    private Status alwaysFailing;

    /** Stands in for the dead letters of the shared error handling. */
    public class DeadLetterList {
        public void store(Exchange exchange) {
            dead.add(exchange.getMessage().getHeader("ce_id", String.class));
        }
    }

    @BeforeEach
    void start() throws Exception {
        context.getPropertiesComponent().setLocation("classpath:application.properties");
        context.getPropertiesComponent().addOverrideProperty("kafka.redelivery.attempts", "2");
        context.getPropertiesComponent().addOverrideProperty("kafka.redelivery.first-delay", "1");
        context.getRegistry().bind("kafkaBatch", new KafkaBatch());
        context.getRegistry().bind("recordOutcome", new RecordOutcome());
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterList());
        context.getRegistry().bind("statusToRequest", new StatusToRequest());
        context.getRegistry().bind("paymentStatusUpdated", new NotificationBeans().paymentStatusUpdated());
        context.getExecutorServiceManager().registerThreadPoolProfile(NotificationBeans.calls(4));
        load("routes/shared/error-handling.camel.yaml");
        load("routes/notification/10-payment-status.camel.yaml");
        AdviceWith.adviceWith(context, "notification-payment-status", route -> route.replaceFromWith("direct:batch"));
        AdviceWith.adviceWith(context, "notification-status-to-grpc",
                route -> route.weaveById("to-grpc-notification").replace().process(this::call));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldTellOutcomesOnly() {
        // When
        Exchange batch = consume(event("e1", "completed"), event("e2", "authorized"), event("e3", "failed"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(told).extracting(PaymentRequest::getEventId).containsExactlyInAnyOrder("e1", "e3");
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldPutWhatCannotBeReadIntoTheDeadLettersAndGoOn() {
        // When
        Exchange batch = consume(record("e1", "not protobuf".getBytes(StandardCharsets.UTF_8)), event("e2", "completed"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(dead).containsExactly("e1");
        assertThat(told).extracting(PaymentRequest::getEventId).containsExactly("e2");
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldPutWhatTheServerRefusesIntoTheDeadLetters() {
        // Given
        failures.add(Status.INVALID_ARGUMENT);

        // When
        consume(event("e1", "completed"));

        // Then
        assertThat(dead).containsExactly("e1");
        assertThat(calls).hasValue(1);
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldAskAgainWhileTheServerIsAway() {
        // Given
        failures.add(Status.UNAVAILABLE);
        failures.add(Status.DEADLINE_EXCEEDED);

        // When
        consume(event("e1", "completed"));

        // Then
        assertThat(told).hasSize(1);
        assertThat(dead).isEmpty();
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldCommitNothingWhenTheServerStaysAway() {
        // Given
        alwaysFailing = Status.UNAVAILABLE;

        // When
        Exchange batch = consume(event("e1", "completed"), event("e2", "completed"));

        // Then
        assertThat(batch.getException()).isNotNull();
        assertThat(dead).isEmpty();
        assertThat(commits).hasValue(0);
    }

    private void call(Exchange exchange) {
        calls.incrementAndGet();
        Status failure = alwaysFailing != null ? alwaysFailing : failures.poll();
        if (failure != null) {
            throw failure.asRuntimeException();
        }
        told.add(exchange.getMessage().getBody(PaymentRequest.class));
    }

    private void load(String path) throws Exception {
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("classpath:" + path));
    }

    private Exchange consume(Exchange... records) {
        List<Exchange> batch = new ArrayList<>(List.of(records));
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).getMessage().setHeader(KafkaConstants.OFFSET, (long) i);
        }
        return context.createProducerTemplate().send("direct:batch", exchange -> exchange.getMessage().setBody(batch));
    }

    private Exchange event(String id, String status) {
        return record(id, PaymentStatusUpdated.newBuilder().setPaymentId("p-" + id).setUserId("user-1").setStatus(status)
                .setAmountMinor(4999).setCurrency("USD").build().toByteArray());
    }

    private Exchange record(String id, byte[] value) {
        Exchange record = new DefaultExchange(context);
        KafkaManualCommit commit = commits::incrementAndGet;
        record.getMessage().setBody(value);
        record.getMessage().setHeader(KafkaConstants.TOPIC, "payment.status-updated");
        record.getMessage().setHeader(KafkaConstants.PARTITION, 0);
        record.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, commit);
        record.getMessage().setHeader("ce_id", id.getBytes(StandardCharsets.UTF_8));
        return record;
    }
}
