package io.payroute.order;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;

import io.payroute.order.model.Order;
import io.payroute.order.model.OrderRole;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.order.GetOrderRequest;
import io.payroute.proto.order.ListOrdersRequest;
import io.payroute.proto.order.ListOrdersResponse;
import io.payroute.proto.order.OrderResponse;

/** Answers what orders there are: one, or a page of a user's, newest first. */
@ApplicationScoped
@Named("readOrders")
public class ReadOrders {

    private static final int DEFAULT_PAGE = 20;
    private static final int MAX_PAGE = 100;
    private static final String LIST = """
            SELECT o.*, i.items FROM (
              SELECT * FROM orders WHERE user_id = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?) o
            """ + FindOrders.ITEMS + "ORDER BY o.created_at DESC, o.id DESC";

    private final DataSource dataSource;

    ReadOrders(RoleDatabases databases) {
        this.dataSource = databases.of(OrderRole.NAME);
    }

    public OrderResponse get(@Body GetOrderRequest request) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return FindOrders.find(connection, FindOrders.id(request.getOrderId()))
                    .filter(order -> request.getUserId().isEmpty() || request.getUserId().equals(order.userId()))
                    .map(OrderMessages::response).orElseThrow(FindOrders::noOrder);
        }
    }

    public ListOrdersResponse list(@Body ListOrdersRequest request) throws SQLException {
        if (request.getUserId().isBlank()) {
            throw Refusal.invalid("user_id", "required", "user_id is required.");
        }
        int size = request.getPageSize() == 0 ? DEFAULT_PAGE : Math.max(1, Math.min(MAX_PAGE, request.getPageSize()));
        long offset = (Math.max(1, request.getPage()) - 1L) * size;
        List<Order> orders = Sql.query(dataSource, LIST, FindOrders::order, request.getUserId(), size, offset);
        return ListOrdersResponse.newBuilder().addAllOrders(orders.stream().map(OrderMessages::response).toList()).build();
    }
}
