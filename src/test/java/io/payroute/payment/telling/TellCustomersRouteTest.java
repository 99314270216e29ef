package io.payroute.payment.telling;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.grpc.Status;
import io.payroute.payment.PaymentFormats;
import io.payroute.payment.initiate.InitiatePayment;
import io.payroute.platform.Failures;
import io.payroute.platform.TestRoles;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static io.payroute.payment.telling.TestEvents.id;
import static org.assertj.core.api.Assertions.assertThat;

class TellCustomersRouteTest {

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final List<PaymentRequest> told = new CopyOnWriteArrayList<>();
    private final List<String> dead = new CopyOnWriteArrayList<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final ConcurrentLinkedQueue<Status> failures = new ConcurrentLinkedQueue<>();
    private Status alwaysFailing;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        context.getRegistry().bind("kafkaBatch", TestBatches.of(letter -> dead.add(letter.eventId())));
        context.getRegistry().bind("recordOutcome", new RecordOutcome());
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterStep());
        context.getRegistry().bind("statusToRequest", new StatusToRequest(false));
        context.getRegistry().bind("announcedEvents", new AnnouncedEvents(TestRoles.databases(database.dataSource())));
        context.getRegistry().bind("paymentStatusUpdated", new PaymentFormats().statusUpdated());
        context.getExecutorServiceManager().registerThreadPoolProfile(TellingBeans.profile(4));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/63-tell-customers.camel.yaml");
        AdviceWith.adviceWith(context, "payment-tell-customers", route -> route.replaceFromWith("direct:batch"));
        AdviceWith.adviceWith(context, "payment-tell-customer",
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
        assertThat(told).extracting(PaymentRequest::getEventId).containsExactlyInAnyOrder(id("e1"), id("e3"));
        assertThat(commits).hasValue(1);
    }

    /** Another program's order, or one whose payment came by a topic: nobody else tells of it. */
    @Test
    void shouldLeaveThePaymentOfAnOrderToTheOrdersOwnMails() {
        // Given
        byte[] initiated = PaymentStatusUpdated.newBuilder().setPaymentId(InitiatePayment.idOf("order-1").toString())
                .setOrderId("order-1").setUserId("user-1").setStatus("completed").setAmountMinor(4999).setCurrency("USD")
                .build()
                .toByteArray();
        byte[] named = PaymentStatusUpdated.newBuilder().setPaymentId(UUID.randomUUID().toString()).setOrderId("order-1")
                .setUserId("user-1").setStatus("completed").setAmountMinor(4999).setCurrency("USD").build().toByteArray();

        // When
        Exchange batch = consume(record("e1", initiated), record("e2", named));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(told).extracting(PaymentRequest::getEventId).containsExactly(id("e2"));
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldPutWhatCannotBeReadIntoTheDeadLettersAndGoOn() {
        // When
        Exchange batch = consume(record("e1", "not protobuf".getBytes(StandardCharsets.UTF_8)), event("e2", "completed"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(dead).containsExactly(id("e1"));
        assertThat(told).extracting(PaymentRequest::getEventId).containsExactly(id("e2"));
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldTellNothingThatThisRoleDidNotWrite() {
        // Given
        Exchange forged = TestEvents.record(context, "e1", TestEvents.payload("completed"), commits::incrementAndGet);

        // When
        Exchange batch = consume(forged, event("e2", "completed"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(dead).containsExactly(EventEnvelope.idOfPosition("payment.status-updated", 0, 0, 0));
        assertThat(told).extracting(PaymentRequest::getEventId).containsExactly(id("e2"));
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldBuryWhatFailsInARouteThatRemovesEverything() throws Exception {
        // Given
        AdviceWith.adviceWith(context, "payment-tell-customer",
                route -> route.weaveAddFirst().removeHeaders("*").removeProperties("*").throwException(
                        new IllegalArgumentException("never")));

        // When
        Exchange batch = consume(event("e1", "completed"), event("e2", "completed"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(dead).containsExactlyInAnyOrder(id("e1"), id("e2"));
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldCallAgainWhileAnHttpServiceIsBusy() throws Exception {
        // Given
        AdviceWith.adviceWith(context, "payment-tell-customer", route -> route.weaveAddFirst().process(exchange -> {
            if (calls.incrementAndGet() <= 2) {
                throw new HttpOperationFailedException("http://example.com", calls.get() == 1 ? 429 : 503, "busy", null, null,
                        null);
            }
        }));

        // When
        consume(event("e1", "completed"));

        // Then
        assertThat(told).hasSize(1);
        assertThat(dead).isEmpty();
    }

    @Test
    void shouldPutWhatTheServerRefusesIntoTheDeadLetters() {
        // Given
        failures.add(Status.INVALID_ARGUMENT);

        // When
        consume(event("e1", "completed"));

        // Then
        assertThat(dead).containsExactly(id("e1"));
        assertThat(calls).hasValue(1);
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldCallAgainWhileTheServerIsUnavailable() {
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
    void shouldCommitNothingWhenTheServerStaysUnavailable() {
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

    private Exchange consume(Exchange... records) {
        List<Exchange> batch = new ArrayList<>(List.of(records));
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).getMessage().setHeader(KafkaConstants.OFFSET, (long) i);
        }
        return context.createProducerTemplate().send("direct:batch", exchange -> exchange.getMessage().setBody(batch));
    }

    private Exchange event(String name, String status) {
        return record(name, TestEvents.payload(status));
    }

    private Exchange record(String name, byte[] value) {
        return TestEvents.ours(database, context, name, value, commits::incrementAndGet);
    }
}
