package io.payroute.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.inventory.CheckStockRequest;
import io.payroute.proto.inventory.CommitStockRequest;
import io.payroute.proto.inventory.InventoryServiceGrpc;
import io.payroute.proto.inventory.InventoryServiceGrpc.InventoryServiceBlockingStub;
import io.payroute.proto.inventory.ReleaseStockRequest;
import io.payroute.proto.inventory.ReserveStockRequest;
import io.payroute.proto.inventory.StockItem;
import io.payroute.proto.product.ProductUpdated;
import io.payroute.testing.FreePorts;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends a process with the role inventory alone at the points around its commits, while callers reserve, sell, release and let expire.
 * They call again until they have an answer; in the end no piece is lost, and none is sold twice.
 */
class InventoryCrashIT {

    static final List<String> POINTS = List.of("stock-before-commit", "stock-after-commit", "stock-expiry-claimed");
    private static final int DRAWN = 1;
    private static final int PIECES = 1000;
    private static final int WANTED = 2;
    private static final int ORDERS = 20;
    private static final int PASSING = 3;

    private static TestBed bed;

    private final String address = "127.0.0.1:" + FreePorts.next();
    private final ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    private final ExecutorService callers = Executors.newFixedThreadPool(8);
    private final Map<String, String> properties = Map.of("role.payment", "false", "role.notification", "false",
            "role.inventory", "true",
            "inventory.grpc.listen", address, "inventory.reservation.hold", "2s", "inventory.expiry.lease", "2s",
            "inventory.expiry.poll-interval", "100ms", "inventory.expiry.max-in-flight", "2");

    @BeforeAll
    static void startServers() {
        bed = new TestBed("inventory");
    }

    @AfterAll
    static void stopServers() {
        bed.close();
    }

    @Test
    void shouldLoseNoPieceAndSellNoneTwice() throws Exception {
        // Given
        publish(ProductUpdated.newBuilder().setProductId("book").setVersion(1).setStock(PIECES).build());
        List<Future<?>> orders = new ArrayList<>();
        List<String> points = CrashPointIT.points(POINTS, Set.of(), DRAWN, TestBed.seed("InventoryCrashIT"));

        // When
        for (String point : points) {
            ApplicationProcess application = launch(point);
            IntStream.range(0, ORDERS).forEach(i -> orders.add(callers.submit(() -> order(point + "-" + i, i % 3))));
            assertThat(application.awaitExit(TestBed.PATIENCE)).as("The application must end at " + point)
                    .isEqualTo(CrashPointIT.KILLED);
        }
        ApplicationProcess application = launch("none");
        for (Future<?> order : orders) {
            order.get(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        // Then
        try (Connection inventory = bed.connect("inventory")) {
            Awaitility.await().atMost(TestBed.PATIENCE).untilAsserted(() -> {
                assertThat(rows(inventory, "SELECT order_id FROM reservation_expiry")).isEmpty();
                assertThat(rows(inventory, "SELECT event_id FROM outbox")).isEmpty();
            });
            assertThat(rows(inventory, "SELECT order_id || ' ' || status FROM reservation"))
                    .containsExactlyInAnyOrderElementsOf(
                            points.stream().flatMap(point -> IntStream.range(0, ORDERS).mapToObj(
                                    i -> point + "-" + i + " " + List.of("committed", "released", "expired").get(i % 3)))
                                    .toList());
            int sold = points.size() * ((ORDERS + 2) / 3) * WANTED;
            assertThat(rows(inventory, "SELECT available::text FROM stock")).containsExactly(Integer.toString(PIECES - sold));
            assertThat(rows(inventory, "SELECT cause FROM dead_letter")).isEmpty();
        }
        application.close();
        channel.shutdownNow();
        callers.shutdownNow();
    }

    private ApplicationProcess launch(String point) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("payroute.crash-point", point);
        all.put("payroute.crash-passing", Integer.toString(PASSING));
        return bed.launch(all);
    }

    /** Sells, releases, or lets expire. What expired while nobody answered is reserved again. */
    private void order(String order, int kind) {
        ReserveStockRequest wanted = ReserveStockRequest.newBuilder().setOrderId(order)
                .addItems(StockItem.newBuilder().setProductId("book").setQuantity(WANTED)).build();
        answered(() -> client().checkStock(CheckStockRequest.newBuilder().setProductId("book").build()), Status.Code.NOT_FOUND);
        answered(() -> client().reserveStock(wanted));
        if (kind == 1) {
            answered(() -> client().releaseStock(ReleaseStockRequest.newBuilder().setOrderId(order).build()));
        } else if (kind == 0) {
            answered(() -> {
                client().reserveStock(wanted);
                return client().commitStock(CommitStockRequest.newBuilder().setOrderId(order).build());
            }, Status.Code.FAILED_PRECONDITION);
        }
    }

    private InventoryServiceBlockingStub client() {
        return InventoryServiceGrpc.newBlockingStub(channel).withDeadlineAfter(5, TimeUnit.SECONDS);
    }

    /** Calls until there is an answer. @param temporary a code that says to call again, too */
    private static void answered(Callable<?> call, Status.Code... temporary) {
        Awaitility.await().atMost(TestBed.PATIENCE).pollInterval(Duration.ofMillis(100)).pollInSameThread()
                .ignoreExceptionsMatching(failure -> failure instanceof StatusRuntimeException status
                        && (List.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED)
                                .contains(status.getStatus().getCode())
                                || List.of(temporary).contains(status.getStatus().getCode())))
                .until(() -> call.call() != null);
    }

    private static void publish(ProductUpdated product) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bed.kafka.address("embedded.kafka.bootstrap-servers")), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("product.updated", product.getProductId().getBytes(), product.toByteArray()))
                    .get();
        }
    }

    private static List<String> rows(Connection database, String sql) throws SQLException {
        return Sql.query(database, sql, row -> row.getString(1));
    }
}
