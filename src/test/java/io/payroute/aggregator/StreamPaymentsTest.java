package io.payroute.aggregator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.payroute.aggregator.stream.PaymentStreams;
import io.payroute.aggregator.stream.PaymentTail;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.grpc.PayrouteGrpcComponent;
import io.payroute.proto.payment.PaymentEvent;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.payment.PaymentStatus;
import io.payroute.proto.payment.StreamRequest;
import io.payroute.testing.FreePorts;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static io.payroute.aggregator.AggregatorBed.generic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Streams as clients have them, over a real connection and a real database. */
class StreamPaymentsTest {

    private static final Metadata.Key<String> CURSOR = Metadata.Key.of("payroute-cursor", Metadata.ASCII_STRING_MARSHALLER);
    private static final int BUFFER = 64;

    private static TestDatabase database;
    private static AggregatorBed bed;

    private final int port = FreePorts.next();
    private final DefaultCamelContext context = Routes.context();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private PaymentTail tail;

    /** What one client got. */
    private final class Watcher implements ClientResponseObserver<StreamRequest, PaymentEvent> {

        private final List<PaymentEvent> events = new CopyOnWriteArrayList<>();
        private final boolean reads;
        private volatile ClientCallStreamObserver<StreamRequest> call;
        private volatile StatusRuntimeException ended;
        private final AtomicReference<Metadata> head = new AtomicReference<>();

        Watcher(StreamRequest request, String cursor, boolean reads) {
            this.reads = reads;
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().flowControlWindow(65536)
                    .build();
            channels.add(channel);
            Metadata metadata = new Metadata();
            if (cursor != null) {
                metadata.put(CURSOR, cursor);
            }
            PaymentServiceGrpc.newStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata),
                            MetadataUtils.newCaptureMetadataInterceptor(head, new AtomicReference<>()))
                    .streamPayments(request, this);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<StreamRequest> stream) {
            call = stream;
            if (!reads) {
                stream.disableAutoRequestWithInitial(1);
            }
        }

        @Override
        public void onNext(PaymentEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            ended = (StatusRuntimeException) failure;
        }

        @Override
        public void onCompleted() {
            throw new IllegalStateException("a stream has no end of its own");
        }

        /** The cursor that came first; null before that. */
        String head() {
            return head.get() == null ? null : head.get().get(CURSOR);
        }

        List<String> told() {
            return events.stream().map(event -> event.getEventType() + " " + event.getPayment().getId() + " "
                    + event.getPayment().getState()).toList();
        }

        void awaitTold(int count) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(events).hasSizeGreaterThanOrEqualTo(count));
        }
    }

    @BeforeAll
    static void create() throws Exception {
        database = TestDatabase.create(AggregatorRole.NAME);
        bed = new AggregatorBed(AggregatorBed.store(database));
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    @BeforeEach
    void serve() throws Exception {
        database.clear();
        tail = new PaymentTail(database.dataSource(), BUFFER, Duration.ofMillis(100), Duration.ofSeconds(2),
                Duration.ofHours(1));
        context.getPropertiesComponent().addOverrideProperty("aggregator.grpc.listen", "127.0.0.1:" + port);
        context.getRegistry().bind("aggregatedPayments", new FindPayments(database.dataSource(), AggregatorBed.RAW));
        context.getRegistry().bind("paymentStreams", new PaymentStreams(tail));
        context.addComponent("grpc", new PayrouteGrpcComponent(new Scopes(Stream.of(AggregatorAccess.RULES))));
        Routes.load(context, "shared/error-handling.camel.yaml", "aggregator/20-grpc-server.camel.yaml");
        context.start();
    }

    @AfterEach
    void stop() {
        tail.close();
        channels.forEach(ManagedChannel::shutdownNow);
        context.stop();
    }

    @Test
    void shouldTellWhatThereIsAndThenWhatHappens() {
        // Given
        pay("1", "pending");
        pay("2", "paid");
        Watcher watcher = watch(StreamRequest.getDefaultInstance(), null);
        watcher.awaitTold(2);

        // When
        pay("1", "paid");
        pay("1", "pending");
        pay("3", "failed");

        // Then
        watcher.awaitTold(4);
        assertThat(watcher.told()).containsExactly("existing 1 pending", "existing 2 completed", "new 1 completed",
                "new 3 failed");
        assertThat(watcher.events.get(3).getTopic()).isEqualTo("payments.raw");
    }

    @Test
    void shouldTellNothingTwiceAndLeaveNothingOutWhileItBegins() throws Exception {
        // Given
        IntStream.range(0, 1200).boxed().collect(java.util.stream.Collectors.groupingBy(i -> i / 300)).values()
                .forEach(part -> bed.consume(part.stream().flatMap(i -> Stream.of("payments.raw", event("p" + i, "pending")))
                        .toArray(String[]::new)));
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (int i = 1200; i < 1500; i++) {
                pay("p" + i, "pending");
                pay("p" + (i - 1200), "paid");
            }
            done.set(true);
        });

        // When
        writer.start();
        List<Watcher> watchers = IntStream.range(0, 5).mapToObj(i -> watch(StreamRequest.getDefaultInstance(), null)).toList();
        writer.join();

        // Then
        assertThat(done).isTrue();
        pay("last", "paid");
        for (Watcher watcher : watchers) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(
                    () -> assertThat(watcher.told()).last().asString().isEqualTo("new last completed"));
            assertThat(watcher.told()).doesNotHaveDuplicates();
            assertThat(states(watcher)).hasSize(1501).containsEntry("p0", "completed").containsEntry("p299", "completed")
                    .containsEntry("p300", "pending").containsEntry("p1499", "pending");
        }
    }

    @Test
    void shouldGoOnFromACursorInEachPartOfTheStream() {
        // Given
        for (int i = 0; i < 5; i++) {
            pay("p" + i, "pending");
        }
        Watcher first = watch(StreamRequest.getDefaultInstance(), null);
        first.awaitTold(5);
        pay("p0", "paid");
        pay("new", "paid");
        first.awaitTold(7);

        // When
        Watcher inSnapshot = watch(StreamRequest.getDefaultInstance(), first.events.get(2).getCursor());
        Watcher afterSnapshot = watch(StreamRequest.getDefaultInstance(), first.events.get(4).getCursor());
        Watcher inNew = watch(StreamRequest.getDefaultInstance(), first.events.get(5).getCursor());
        Watcher latest = watch(StreamRequest.getDefaultInstance(), "latest");
        await().untilAsserted(() -> assertThat(tail.subscribers()).isEqualTo(5));
        pay("p1", "failed");

        // Then
        latest.awaitTold(1);
        inSnapshot.awaitTold(5);
        afterSnapshot.awaitTold(3);
        inNew.awaitTold(2);
        assertThat(inSnapshot.told()).containsExactly("existing p3 pending", "existing p4 pending", "new p0 completed",
                "new new completed", "new p1 failed");
        assertThat(afterSnapshot.told()).containsExactly("new p0 completed", "new new completed", "new p1 failed");
        assertThat(inNew.told()).containsExactly("new new completed", "new p1 failed");
        assertThat(latest.told()).containsExactly("new p1 failed");
    }

    @Test
    void shouldSayWhereAStreamBeginsBeforeItsFirstEvent() {
        // Given
        pay("1", "pending");
        Watcher cutOff = watch(StreamRequest.getDefaultInstance(), "latest");
        await().untilAsserted(() -> assertThat(cutOff.head()).isNotNull());
        cutOff.call.cancel("a connection that breaks", null);

        // When
        pay("1", "paid");
        Watcher again = watch(StreamRequest.getDefaultInstance(), cutOff.head());
        Watcher fromAll = watch(StreamRequest.getDefaultInstance(), null);

        // Then
        again.awaitTold(1);
        fromAll.awaitTold(1);
        assertThat(cutOff.events).isEmpty();
        assertThat(again.told()).containsExactly("new 1 completed");
        assertThat(fromAll.head()).isEqualTo("0.2");
    }

    @Test
    void shouldLetThroughWhatIsAskedFor() {
        // Given
        bed.consume("payments.raw", event("1", "paid"), "payments.raw.x", event("2", "paid"), "payments.raw.x",
                event("3", "failed"));
        Watcher watcher = watch(StreamRequest.newBuilder().setTopic("payments.raw.x").setStatus(PaymentStatus.COMPLETED)
                .setProviderName("stripe").build(), null);
        watcher.awaitTold(1);

        // When
        bed.consume("payments.raw", event("4", "paid"), "payments.raw.x", event("5", "failed"), "payments.raw.x",
                event("6", "paid"));

        // Then
        watcher.awaitTold(2);
        assertThat(watcher.told()).containsExactly("existing 2 completed", "new 6 completed");
    }

    @Test
    void shouldEndWhoTakesNothingWithTheCursorAndSlowNobodyElse() {
        // Given
        pay("first", "paid");
        Watcher stalled = new Watcher(StreamRequest.getDefaultInstance(), null, false);
        Watcher reading = watch(StreamRequest.getDefaultInstance(), null);
        reading.awaitTold(1);
        stalled.awaitTold(1);

        // When
        for (int i = 0; i < 60; i++) {
            String[] batch = IntStream.range(i * 50, i * 50 + 50).boxed()
                    .flatMap(n -> Stream.of("payments.raw", event("p" + n, "paid"))).toArray(String[]::new);
            bed.consume(batch);
            reading.awaitTold(1 + (i + 1) * 50);
        }
        stalled.call.request(Integer.MAX_VALUE);

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(stalled.ended).isNotNull());
        assertThat(stalled.ended.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        Watcher resumed = watch(StreamRequest.getDefaultInstance(), stalled.ended.getTrailers().get(CURSOR));
        resumed.awaitTold(3001 - stalled.events.size());
        assertThat(Stream.concat(stalled.told().stream(), resumed.told().stream())).containsExactlyElementsOf(reading.told());
    }

    @Test
    void shouldFindWhatAnotherProcessHasCommitted() {
        // Given
        pay("1", "paid");
        Watcher watcher = watch(StreamRequest.getDefaultInstance(), null);
        watcher.awaitTold(1);

        // When
        database.execute("""
                WITH p AS (UPDATE position SET last = last + 1 RETURNING last)
                INSERT INTO payment_event (seq, provider, payment_id, event_id, kind, effect, topic, status, payload)
                SELECT p.last, provider, payment_id, 'other', kind, effect, topic, status, payload FROM payment_event, p""");

        // Then
        watcher.awaitTold(2);
        assertThat(watcher.told()).containsExactly("existing 1 completed", "new 1 completed");
    }

    @Test
    void shouldEndWithTheCursorWhenTheServerStops() {
        // Given
        pay("1", "paid");
        Watcher watcher = watch(StreamRequest.getDefaultInstance(), null);
        watcher.awaitTold(1);

        // When
        tail.close();

        // Then
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(watcher.ended).isNotNull());
        assertThat(watcher.ended.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(watcher.ended.getTrailers().get(CURSOR)).isEqualTo("1");
    }

    @Test
    void shouldRefuseACursorThatIsNoneOrTooOld() {
        // Given
        pay("1", "paid");
        pay("2", "paid");
        database.execute("DELETE FROM payment_event WHERE seq = 1");

        // When
        Watcher none = watch(StreamRequest.getDefaultInstance(), "NOT ONE");
        Watcher foreign = watch(StreamRequest.getDefaultInstance(), "zz");
        Watcher old = watch(StreamRequest.getDefaultInstance(), "0");

        // Then
        await().atMost(Duration.ofSeconds(10)).untilAsserted(
                () -> assertThat(List.of(none, foreign, old)).allSatisfy(one -> assertThat(one.ended).isNotNull()));
        assertThat(none.ended.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(foreign.ended.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(old.ended.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    private Watcher watch(StreamRequest request, String cursor) {
        return new Watcher(request, cursor, true);
    }

    private static java.util.Map<String, String> states(Watcher watcher) {
        java.util.Map<String, String> states = new java.util.HashMap<>();
        watcher.events.forEach(event -> states.put(event.getPayment().getId(), event.getPayment().getState()));
        return states;
    }

    private static void pay(String id, String status) {
        bed.consume("payments.raw", event(id, status));
    }

    private static String event(String id, String status) {
        return generic(id, "stripe", "1.00", "USD", status);
    }
}
