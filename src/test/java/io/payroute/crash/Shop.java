package io.payroute.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.inventory.CheckStockRequest;
import io.payroute.proto.inventory.InventoryServiceGrpc;
import io.payroute.proto.order.CancelOrderRequest;
import io.payroute.proto.order.CreateOrderRequest;
import io.payroute.proto.order.GetOrderRequest;
import io.payroute.proto.order.OrderItem;
import io.payroute.proto.order.OrderResponse;
import io.payroute.proto.order.OrderServiceGrpc;
import io.payroute.proto.product.CreateProductRequest;
import io.payroute.proto.product.ProductServiceGrpc;
import io.payroute.proto.user.AuthenticateUserRequest;
import io.payroute.proto.user.RefreshTokensRequest;
import io.payroute.proto.user.RegisterUserRequest;
import io.payroute.proto.user.UserServiceGrpc;
import io.payroute.testing.FreePorts;
import io.payroute.testing.RolesOn;

import static org.assertj.core.api.Assertions.assertThat;

/** The shop of a bed: its callers over gRPC, who repeat with their key until they have an answer, and its checker. */
final class Shop implements AutoCloseable {

    /** What a buyer was answered: the order, or a code. */
    static final String REFUSED = "refused";
    private static final String PASSWORD = "correct horse battery";

    private final TestBed bed;
    final Map<String, String> services = FreePorts.ofServices();
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final ExecutorService buyers = Executors.newFixedThreadPool(32);

    Shop(TestBed bed) {
        this.bed = bed;
    }

    /** Waits that fit a test, and all of its services where they are found again after a kill. */
    Map<String, String> properties(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(services);
        properties.putAll(RolesOn.all());
        properties.put("order.saga.lease", "12s");
        properties.put("order.saga.poll-interval", "100ms");
        properties.put("order.retry-max", "1s");
        properties.put("order.payment-check-interval", "1s");
        properties.put("grpc.deadline", "5s");
        properties.putAll(more);
        return properties;
    }

    private ManagedChannel channel(String role) {
        return channels.computeIfAbsent(services.get(role + ".grpc.address"),
                address -> NettyChannelBuilder.forTarget(address).usePlaintext().build());
    }

    /** @return its id, once all of it is for sale */
    String product(String name, long priceMinor, int pieces) {
        String id = answered(() -> ProductServiceGrpc.newBlockingStub(channel("product")).withDeadlineAfter(5, TimeUnit.SECONDS)
                .createProduct(CreateProductRequest.newBuilder().setName(name).setPriceMinor(priceMinor).setCurrency("USD")
                        .setStock(pieces).setIdempotencyKey(name).build()))
                .getProductId();
        Awaitility.await().atMost(TestBed.PATIENCE).ignoreExceptions()
                .untilAsserted(() -> assertThat(available(id)).isEqualTo(pieces));
        return id;
    }

    int available(String product) {
        return answered(() -> InventoryServiceGrpc.newBlockingStub(channel("inventory")).withDeadlineAfter(5, TimeUnit.SECONDS)
                .checkStock(CheckStockRequest.newBuilder().setProductId(product).build()))
                .getAvailable();
    }

    private OrderServiceGrpc.OrderServiceBlockingStub orders() {
        return OrderServiceGrpc.newBlockingStub(channel("order")).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    /** @param key whose it is, where it goes and its idempotency key, so that two of one buyer are noticed */
    OrderResponse order(String key, String product, int quantity) {
        CreateOrderRequest request = CreateOrderRequest.newBuilder().setUserId(key).setAddress("to " + key).addItems(
                OrderItem.newBuilder().setProductId(product).setQuantity(quantity)).setIdempotencyKey(key).build();
        return answered(() -> orders().createOrder(request));
    }

    OrderResponse get(String id) {
        return answered(() -> orders().getOrder(GetOrderRequest.newBuilder().setOrderId(id).build()));
    }

    OrderResponse cancel(String id) {
        return answered(() -> orders().cancelOrder(CancelOrderRequest.newBuilder().setOrderId(id).build()));
    }

    /** Registers a user, logs in and asks once for new tokens, and again until there is an answer. */
    Future<Status.Code> rotate(String email) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                answered(() -> users().registerUser(
                        RegisterUserRequest.newBuilder().setEmail(email).setPassword(PASSWORD).setName("Ada").build()));
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).as("registered, and not answered").isEqualTo(Status.Code.ALREADY_EXISTS);
            }
            String token = answered(() -> users().authenticateUser(
                    AuthenticateUserRequest.newBuilder().setEmail(email).setPassword(PASSWORD).build())).getRefreshToken();
            try {
                answered(() -> users().refreshTokens(RefreshTokensRequest.newBuilder().setRefreshToken(token).build()));
                return Status.Code.OK;
            } catch (StatusRuntimeException e) {
                return e.getStatus().getCode();
            }
        });
    }

    private UserServiceGrpc.UserServiceBlockingStub users() {
        return UserServiceGrpc.newBlockingStub(channel("user")).withDeadlineAfter(5, TimeUnit.SECONDS);
    }

    OrderResponse awaitStatus(String id, String status) {
        Awaitility.await().atMost(TestBed.PATIENCE).pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(get(id).getStatus()).isEqualTo(status));
        return get(id);
    }

    /** @return the order's id or {@link #REFUSED} of each, as they come */
    List<Future<String>> buy(String name, int count, String product, int quantity) {
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = name + "-" + i;
            answers.add(buyers.submit(() -> {
                try {
                    return order(key, product, quantity).getOrderId();
                } catch (StatusRuntimeException e) {
                    assertThat(e.getStatus().getCode()).as(e.getMessage()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                    return REFUSED;
                }
            }));
        }
        return answers;
    }

    static List<String> all(List<Future<String>> answers) throws Exception {
        List<String> all = new ArrayList<>();
        for (Future<String> answer : answers) {
            all.add(answer.get(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        return all;
    }

    /** Calls until there is an answer, or a refusal, through as many lives of the application as there are. */
    private static <T> T answered(Callable<T> call) {
        AtomicReference<T> answer = new AtomicReference<>();
        Awaitility.await().atMost(TestBed.PATIENCE.multipliedBy(4)).pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .pollInSameThread().ignoreExceptionsMatching(failure -> failure instanceof StatusRuntimeException status
                        && List.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED,
                                Status.Code.ABORTED, Status.Code.UNKNOWN, Status.Code.RESOURCE_EXHAUSTED)
                                .contains(status.getStatus().getCode()))
                .until(() -> {
                    answer.set(call.call());
                    return true;
                });
        return answer.get();
    }

    /** Waits until nothing is left to be done, and fails with every violation. @param first pieces of each product at first */
    void check(int first) throws SQLException {
        Awaitility.await().atMost(TestBed.PATIENCE).pollInterval(Duration.ofMillis(200)).ignoreExceptions()
                .untilAsserted(() -> assertThat(left()).isEmpty());
        try (Connection order = bed.connect("order");
                Connection inventory = bed.connect("inventory");
                Connection payment = bed.connect("payment")) {
            ShopRules.gather(order, inventory, payment, first);
            assertThat(ShopRules.violations(order)).isEmpty();
            // A provider tells of what it did after it was done: that event may still be on its way.
            Awaitility.await().atMost(TestBed.PATIENCE).pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> assertThat(violations(payment)).isEmpty());
            assertThat(rows("inventory", "SELECT cause FROM dead_letter")).isEmpty();
        }
    }

    private static List<String> violations(Connection payment) throws SQLException {
        List<String> found = new ArrayList<>();
        for (CheckRules.Rule rule : CheckRules.PAYMENT) {
            Sql.query(payment, rule.sql(), row -> row.getString(1)).forEach(text -> found.add(rule.name() + ": " + text));
        }
        return found;
    }

    /** Each order that was taken has a mail that says so, and one of what came of it, once they are all read. */
    void checkMails() throws SQLException {
        List<String> told = new ArrayList<>(rows("order", "SELECT id || ' pending' FROM orders WHERE payment_id IS NOT NULL"));
        told.addAll(rows("order", "SELECT order_id || ' ' || lower(to_status) FROM order_transition"));
        Awaitility.await().atMost(TestBed.PATIENCE).untilAsserted(() -> assertThat(rows("notification",
                "SELECT (fields ->> 'orderId') || ' ' || (fields ->> 'status') FROM notification WHERE fields ->> 'orderId' IS NOT NULL "
                        + "AND template LIKE 'order-%'"))
                .contains(told.toArray(String[]::new)).doesNotHaveDuplicates());
    }

    private List<String> left() throws SQLException {
        List<String> left = new ArrayList<>(rows("order", "SELECT order_id || step FROM order_saga"));
        left.addAll(rows("order", "SELECT topic FROM outbox"));
        left.addAll(rows("inventory", "SELECT order_id FROM reservation_expiry UNION ALL SELECT topic FROM outbox"));
        left.addAll(rows("payment", "SELECT payment_id::text FROM charge_work UNION ALL SELECT topic FROM outbox "
                + "UNION ALL SELECT id::text FROM payment_operation WHERE status NOT IN ('succeeded', 'failed')"));
        return left;
    }

    List<String> rows(String database, String sql) throws SQLException {
        try (Connection connection = bed.connect(database)) {
            return Sql.query(connection, sql, row -> row.getString(1));
        }
    }

    @Override
    public void close() {
        buyers.shutdownNow();
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
