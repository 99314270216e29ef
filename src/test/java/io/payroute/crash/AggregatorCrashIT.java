package io.payroute.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentEvent;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.payment.StreamRequest;
import io.payroute.testing.FreePorts;
import io.payroute.testing.RolesOn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Ends the role aggregator before and after the commit of a batch, while events of many topics come, some of which are none, and while
 * a hundred watch: in the end every payment is known once, every piece of garbage is one dead letter, nothing is left to read, and who
 * watched was told of everything once and in order. One of them comes back every second. One who takes nothing is sent away and slows
 * nobody. Which points a run takes: see {@link CrashPointIT}; when it takes all, there is more to tell, and fewer watch.
 */
@Timeout(600)
class AggregatorCrashIT {

    static final List<String> POINTS = List.of("aggregate-before-commit", "aggregate-after-commit-before-offset");
    private static final boolean ALL = "all".equals(System.getProperty("crash.points"));
    private static final int TOPICS = ALL ? 50 : 4;
    /** Each of two events. */
    private static final int PAYMENTS = ALL ? 50_000 : 3_000;
    /** Of a hundred payments, so many are followed by garbage. */
    private static final int GARBAGE = 2;
    private static final int WATCHERS = ALL ? 10 : 100;
    /** So many events one may be behind the others. */
    private static final int BUFFER = 1_024;
    private static final long MOST_KIB = 800 * 1024;
    private static final int PASSING = 3;

    private static TestBed bed;

    private final String address = "127.0.0.1:" + FreePorts.next();

    @BeforeAll
    static void startServers() {
        bed = new TestBed("aggregator");
    }

    @AfterAll
    static void stopServers() {
        bed.close();
    }

    @Test
    void shouldKnowEveryPaymentOnceAndTellOfItOnce() throws Exception {
        // Given
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(0, PAYMENTS / 2));
        ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
        List<StreamWatcher> watchers = IntStream.range(0, WATCHERS).mapToObj(i -> new StreamWatcher(channel, i == 0)).toList();
        ManagedChannel narrow = NettyChannelBuilder.forTarget(address).usePlaintext().flowControlWindow(65_536).build();

        // When
        for (String point : CrashPointIT.points(POINTS, Set.of(), 1, TestBed.seed("AggregatorCrashIT"))) {
            assertThat(launch(point).awaitExit(TestBed.PATIENCE)).as("It must end at " + point).isEqualTo(CrashPointIT.KILLED);
        }
        ApplicationProcess application = launch("none");
        sent.get(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        watchers.get(1).awaitCompleted(PAYMENTS / 2);
        Iterator<PaymentEvent> stalled = fromNowOn(narrow);
        CompletableFuture<Void> rest = CompletableFuture.runAsync(() -> send(PAYMENTS / 2, PAYMENTS));
        stalled.next();
        rest.get(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        // Then
        checkTables();
        checkLags();
        for (StreamWatcher watcher : watchers) {
            watcher.awaitCompleted(PAYMENTS);
            assertThat(watcher.told()).doesNotHaveDuplicates();
            assertThat(watcher.toldOfEach().values()).isSubsetOf(List.of("PENDING", "COMPLETED"), List.of("COMPLETED"));
            watcher.close();
        }
        assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> stalled.forEachRemaining(event -> {
        })).satisfies(end -> {
            assertThat(end.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(end.getTrailers().get(StreamWatcher.CURSOR)).isNotEmpty();
        });
        assertThat(application.mostMemory()).as("KiB at most").isLessThan(MOST_KIB);
        channel.shutdownNow();
        narrow.shutdownNow();
        application.close();
    }

    /** As a client that takes only what it asks for. */
    private static Iterator<PaymentEvent> fromNowOn(ManagedChannel channel) {
        Metadata latest = new Metadata();
        latest.put(StreamWatcher.CURSOR, "latest");
        return PaymentServiceGrpc.newBlockingStub(channel).withWaitForReady()
                .withDeadlineAfter(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(latest))
                .streamPayments(StreamRequest.getDefaultInstance());
    }

    private static void checkTables() throws SQLException {
        try (Connection aggregator = bed.connect("aggregator")) {
            Awaitility.await().atMost(TestBed.PATIENCE).untilAsserted(() -> {
                assertThat(rows(aggregator, "SELECT status || ' ' || count(*) FROM payment GROUP BY status"))
                        .containsExactly("completed " + PAYMENTS);
                assertThat(rows(aggregator, "SELECT topic FROM outbox")).isEmpty();
            });
            assertThat(rows(aggregator, "SELECT sum(total)::text FROM payment_total")).containsExactly("" + PAYMENTS);
            assertThat(rows(aggregator,
                    "SELECT payment_id FROM payment_event WHERE effect = 'applied' GROUP BY provider, payment_id "
                            + "HAVING count(*) <> 2"))
                    .isEmpty();
            assertThat(rows(aggregator, "SELECT convert_from(payload, 'UTF8') FROM dead_letter"))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, PAYMENTS).filter(AggregatorCrashIT::isFollowedByGarbage)
                                    .mapToObj(AggregatorCrashIT::garbage).toList());
        }
    }

    private static void checkLags() {
        for (int topic = 0; topic < TOPICS; topic++) {
            String name = topic(topic);
            Awaitility.await().atMost(TestBed.PATIENCE).untilAsserted(() -> assertThat(Measures
                    .lags(bed.kafka.address("embedded.kafka.bootstrap-servers"), Map.of("aggregator", name)).values())
                    .containsOnly(0L));
        }
    }

    /** A few at a time, so that they come in many batches. */
    private void send(int from, int to) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bed.kafka.address("embedded.kafka.bootstrap-servers"));
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(properties, new StringSerializer(),
                new StringSerializer())) {
            for (int i = from; i < to; i++) {
                List<String> values = new ArrayList<>(List.of(event(i, "pending"), event(i, "paid")));
                if (isFollowedByGarbage(i)) {
                    values.add(garbage(i));
                }
                for (String value : values) {
                    Future<?> written = producer.send(new ProducerRecord<>(topic(i % TOPICS), "pay-" + i, value));
                    if (i % 5 == 0) {
                        written.get();
                    }
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isFollowedByGarbage(int payment) {
        return payment % 100 < GARBAGE;
    }

    private static String garbage(int payment) {
        return "{\"garbage\": " + payment;
    }

    private static String event(int payment, String status) {
        return """
                {"id":"pay-%d","provider":"shop%d","amount":12.50,"currency":"EUR","status":"%s","timestamp":1795000000}"""
                .formatted(payment, payment % TOPICS, status);
    }

    private static String topic(int number) {
        return "payments.raw.shop" + number;
    }

    private ApplicationProcess launch(String point) {
        Map<String, String> properties = new HashMap<>(RolesOn.alone("aggregator"));
        properties.put("aggregator.grpc.listen", address);
        properties.put("payroute.crash-point", point);
        properties.put("aggregator.stream.buffer", Integer.toString(BUFFER));
        properties.put("payroute.crash-passing", Integer.toString(PASSING));
        return bed.launch(properties);
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        return Sql.query(connection, sql, row -> row.getString(1));
    }
}
