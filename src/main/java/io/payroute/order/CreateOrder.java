package io.payroute.order;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.money.Money;
import io.payroute.order.model.Order;
import io.payroute.order.model.OrderRole;
import io.payroute.order.model.OrderStatus;
import io.payroute.order.model.SagaStep;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.proto.order.CreateOrderRequest;
import io.payroute.proto.order.OrderResponse;
import io.payroute.proto.product.GetProductsRequest;
import io.payroute.proto.product.GetProductsResponse;

/**
 * Takes an order: key, order, items and the first step of its saga in one transaction. The call itself then takes that step, under a
 * lease like any other; if it dies, the queue goes on where it stood.
 */
@ApplicationScoped
@Named("createOrder")
public class CreateOrder {

    /** Exchange property that says whether an earlier request with this key made the order. */
    static final String REPLAYED = "orderReplayed";
    private static final String REQUEST = "orderRequest";

    private final DataSource dataSource;
    private final StoreOrders orders;

    CreateOrder(RoleDatabases databases, @ConfigProperty(name = "order.saga.lease") Duration lease) {
        this.dataSource = databases.of(OrderRole.NAME);
        this.orders = new StoreOrders(dataSource, lease);
    }

    /** Checks the request; the body is then the order that an earlier one with its key made, or the question for its products. */
    public void read(@Body CreateOrderRequest request, Exchange exchange) throws SQLException {
        Map<UUID, Integer> quantities = NewOrder.quantities(request);
        NewOrder.method(request);
        Idempotency.check(request.getIdempotencyKey().isEmpty() ? null : request.getIdempotencyKey());
        exchange.setProperty(REQUEST, request);
        Optional<UUID> earlier = earlier(key(request));
        exchange.setProperty(REPLAYED, earlier.isPresent());
        exchange.getMessage().setBody(earlier.isPresent()
                ? earlier.get()
                : GetProductsRequest.newBuilder()
                        .addAllProductIds(quantities.keySet().stream().map(UUID::toString).toList()).build());
    }

    private Optional<UUID> earlier(Idempotency.Key key) throws SQLException {
        if (key.key() == null) {
            return Optional.empty();
        }
        try (Connection connection = dataSource.getConnection()) {
            return Idempotency.find(connection, key);
        }
    }

    /** Stores the order at the prices of this moment; the body is then its first task. */
    public void store(@Body GetProductsResponse products, Exchange exchange,
            @ExchangeProperty(REQUEST) CreateOrderRequest request) throws Exception {
        List<Order.Item> items = NewOrder.items(NewOrder.quantities(request), products.getProductsList());
        Money amount = NewOrder.amount(items, products.getProductsList(), request.getCurrency());
        Instant now = Instant.now();
        Order order = new Order(Ids.next(), request.getUserId(), request.getAddress(), NewOrder.method(request), amount,
                OrderStatus.PENDING, null, null, null, null, items, now, now);
        Idempotency.Key key = key(request);
        Optional<Long> claim = orders.store(order, key);
        CrashPoint.reached("order-stored");
        exchange.setProperty(REPLAYED, claim.isEmpty());
        exchange.getMessage().setBody(claim.isEmpty()
                ? earlier(key).orElseThrow()
                : new SagaTask(order, SagaStep.RESERVE, claim.get(), 0, Duration.ZERO, order.createdAt()));
    }

    private static Idempotency.Key key(CreateOrderRequest request) {
        String key = request.getIdempotencyKey().isEmpty() ? null : request.getIdempotencyKey();
        return new Idempotency.Key("user:" + request.getUserId(), key, key == null
                ? null
                : Idempotency.sha256(request.toBuilder().clearIdempotencyKey().build().toByteArray()));
    }

    /**
     * The order as it stands now.
     *
     * @throws Refusal when its items could not be had
     */
    public OrderResponse answer(@Body UUID id, @ExchangeProperty(REPLAYED) boolean replayed) throws Exception {
        Order order = orders.find(id).orElseThrow(FindOrders::noOrder);
        if (order.status() == OrderStatus.FAILED && order.paymentId() == null) {
            throw Refusal.conflict("The order " + order.id() + " cannot be taken: " + order.reason());
        }
        return OrderMessages.response(order).toBuilder().setReplayed(replayed).build();
    }

    @PreDestroy
    void close() {
        orders.close();
    }
}
