package io.payroute.order;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;

import io.grpc.Status;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backoff;
import io.payroute.platform.work.TestWork;
import io.payroute.proto.inventory.CommitStockRequest;
import io.payroute.proto.inventory.CommitStockResponse;
import io.payroute.proto.inventory.ReleaseStockRequest;
import io.payroute.proto.inventory.ReleaseStockResponse;
import io.payroute.proto.inventory.ReserveStockRequest;
import io.payroute.proto.inventory.ReserveStockResponse;
import io.payroute.proto.inventory.StockItem;
import io.payroute.proto.order.CreateOrderRequest;
import io.payroute.proto.order.OrderItem;
import io.payroute.proto.payment.CheckPaymentStatusRequest;
import io.payroute.proto.payment.InitiatePaymentRequest;
import io.payroute.proto.payment.PaymentResponse;
import io.payroute.proto.payment.ReversePaymentRequest;
import io.payroute.proto.product.GetProductsRequest;
import io.payroute.proto.product.GetProductsResponse;
import io.payroute.proto.product.ProductResponse;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

/** The packaged routes of role order on a real database; the other roles as they promise to behave, and their troubles. */
final class OrderBed implements AutoCloseable {

    static final UUID BOOK = UUID.fromString("00000000-0000-7000-8000-000000000001");
    static final UUID PEN = UUID.fromString("00000000-0000-7000-8000-000000000002");

    /** In these tests a call that was cut off is over at once, but for one that is held. */
    static final Duration CALLS_END = Duration.ofMillis(300);

    /** Where a payment is confirmed that is pending. */
    static final String BANK = "https://bank.example/1";

    /** A call to another role. */
    interface Trouble {
        /** @throws RuntimeException when the call is not answered; before or after it took effect */
        void strike(String call, boolean done);
    }

    final Map<UUID, Integer> stock = new ConcurrentHashMap<>(Map.of(BOOK, 50, PEN, 50));
    final Map<String, String> reservations = new ConcurrentHashMap<>();
    final Map<String, String> payments = new ConcurrentHashMap<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    private final Map<String, List<StockItem>> items = new ConcurrentHashMap<>();
    final DefaultCamelContext context = Routes.context();
    final TestDatabase database;
    private final OrderSteps steps;
    private final CreateOrder create;
    volatile Trouble trouble = (call, done) -> {
    };
    /** What becomes of a payment that is initiated. */
    volatile String outcome = "completed";

    OrderBed(TestDatabase database, Duration paymentTimeout) throws Exception {
        this.database = database;
        RoleDatabases databases = TestRoles.databases(database.dataSource());
        create = new CreateOrder(databases, Duration.ofSeconds(5));
        steps = new OrderSteps(new SettleSaga(database.dataSource(), () -> false), new SagaRefusals(CALLS_END), "order.created",
                "order.status-updated",
                new Backoff(Duration.ofMillis(5), Duration.ofMillis(50)), Duration.ofMillis(100), paymentTimeout);
        context.getPropertiesComponent().addOverrideProperty("order.saga.poll-interval", "20ms");
        TestWork.queue(context, SagaQueue.QUEUE, new SagaQueue(databases));
        context.getRegistry().bind("orderSteps", steps);
        context.getRegistry().bind("createOrder", create);
        context.getRegistry().bind("cancelOrder", new CancelOrder(databases, "order.status-updated"));
        Routes.load(context, "shared/error-handling.camel.yaml", "order/10-grpc-server.camel.yaml",
                "order/20-saga.camel.yaml", "order/25-steps.camel.yaml");
        for (String route : List.of("order-grpc-server", "order-get", "order-list")) {
            context.removeRouteDefinition(context.getRouteDefinition(route));
        }
        replace("order-create", "to-grpc-products", GetProductsRequest.class, this::products);
        replace("order-reserve", "to-grpc-reserve", ReserveStockRequest.class, this::reserve);
        replace("order-commit", "to-grpc-commit", CommitStockRequest.class, this::commit);
        replace("order-release", "to-grpc-release", ReleaseStockRequest.class, this::release);
        replace("order-pay", "to-grpc-initiate", InitiatePaymentRequest.class, request -> pay(request.getOrderId()));
        replace("order-check", "to-grpc-check", CheckPaymentStatusRequest.class, request -> payment(request.getOrderId()));
        replace("order-reverse", "to-grpc-reverse", ReversePaymentRequest.class, request -> reverse(request.getOrderId()));
        context.start();
    }

    private <T> void replace(String route, String step, Class<T> type, Function<T, Object> role) throws Exception {
        AdviceWith.adviceWith(context, route, advice -> advice.weaveById(step).replace().process(exchange -> {
            trouble.strike(step, false);
            calls.add(step);
            Object answer = role.apply(exchange.getMessage().getBody(type));
            trouble.strike(step, true);
            exchange.getMessage().setBody(answer);
        }));
    }

    static CreateOrderRequest.Builder request(String user, UUID product, int quantity) {
        return CreateOrderRequest.newBuilder().setUserId(user).setAddress("1 Main Street").addItems(
                OrderItem.newBuilder().setProductId(product.toString()).setQuantity(quantity));
    }

    Exchange create(CreateOrderRequest request) {
        return context.createFluentProducerTemplate().to("direct:order-create").withBody(request).send();
    }

    private GetProductsResponse products(GetProductsRequest request) {
        GetProductsResponse.Builder known = GetProductsResponse.newBuilder();
        request.getProductIdsList().stream().filter(id -> stock.containsKey(UUID.fromString(id)))
                .forEach(id -> known.addProducts(
                        ProductResponse.newBuilder().setProductId(id).setName(id.endsWith("1") ? "Book" : "Pen")
                                .setPriceMinor(1250)
                                .setCurrency("USD")));
        return known.build();
    }

    private synchronized ReserveStockResponse reserve(ReserveStockRequest request) {
        String state = reservations.getOrDefault(request.getOrderId(), "none");
        if (state.equals("released")) {
            throw Status.FAILED_PRECONDITION.withDescription("the order is off").asRuntimeException();
        }
        if (state.equals("none") || state.equals("expired")) {
            if (request.getItemsList().stream().anyMatch(one -> stock(one.getProductId()) < one.getQuantity())) {
                return ReserveStockResponse.newBuilder().setOrderId(request.getOrderId()).setMessage("not enough").build();
            }
            request.getItemsList().forEach(one -> add(one.getProductId(), -one.getQuantity()));
            items.put(request.getOrderId(), request.getItemsList());
            reservations.put(request.getOrderId(), "reserved");
        }
        return ReserveStockResponse.newBuilder().setOrderId(request.getOrderId()).setSuccess(true).build();
    }

    private int stock(String product) {
        return stock.get(UUID.fromString(product));
    }

    private void add(String product, int pieces) {
        stock.merge(UUID.fromString(product), pieces, Integer::sum);
    }

    private synchronized CommitStockResponse commit(CommitStockRequest request) {
        String state = reservations.getOrDefault(request.getOrderId(), "none");
        if (state.equals("none")) {
            throw Status.NOT_FOUND.withDescription("nothing is reserved").asRuntimeException();
        }
        if (!state.equals("reserved") && !state.equals("committed")) {
            throw Status.FAILED_PRECONDITION.withDescription("the reservation has expired").asRuntimeException();
        }
        reservations.put(request.getOrderId(), "committed");
        return CommitStockResponse.newBuilder().setOrderId(request.getOrderId()).build();
    }

    private synchronized ReleaseStockResponse release(ReleaseStockRequest request) {
        String state = reservations.put(request.getOrderId(), "released");
        if ("reserved".equals(state) || "committed".equals(state)) {
            items.get(request.getOrderId()).forEach(one -> add(one.getProductId(), one.getQuantity()));
        }
        return ReleaseStockResponse.newBuilder().setOrderId(request.getOrderId()).build();
    }

    synchronized void expire(String order) {
        if (reservations.replace(order, "reserved", "expired")) {
            items.get(order).forEach(one -> add(one.getProductId(), one.getQuantity()));
        }
    }

    /** As after the inventory's retention. */
    synchronized void forget(String order) {
        expire(order);
        reservations.remove(order);
    }

    private PaymentResponse pay(String order) {
        payments.putIfAbsent(order, outcome);
        return payment(order);
    }

    private PaymentResponse payment(String order) {
        String status = payments.get(order);
        if (status == null) {
            throw Status.NOT_FOUND.withDescription("no payment").asRuntimeException();
        }
        return PaymentResponse.newBuilder().setUrl(status.equals("pending") ? BANK : "")
                .setPaymentId(UUID.nameUUIDFromBytes(order.getBytes()).toString())
                .setOrderId(order).setPaymentStatus(status).setMessage(status.equals("failed") ? "card_declined" : "").build();
    }

    private PaymentResponse reverse(String order) {
        payments.computeIfPresent(order, (id, status) -> switch (status) {
            case "pending" -> "cancelled";
            case "completed" -> "refunded";
            default -> status;
        });
        return payment(order);
    }

    /** As an event about the payment does. */
    void wake(String order) throws SQLException {
        Sql.update(database.dataSource(), WakeOrders.WAKE, Sql.column("uuid", List.of(UUID.fromString(order)), id -> id));
    }

    /** From now on these calls are not answered, and have no effect. */
    void away(String... calls) {
        trouble = (call, done) -> {
            if (List.of(calls).contains(call)) {
                throw Status.UNAVAILABLE.asRuntimeException();
            }
        };
    }

    String status(String order) {
        return database.value("SELECT status FROM orders WHERE id = '" + UUID.fromString(order) + "'");
    }

    @Override
    public void close() {
        context.stop();
        create.close();
        steps.close();
    }
}
