package io.payroute.order;

import java.util.List;
import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.platform.Refusal;
import io.payroute.proto.order.GetOrderRequest;
import io.payroute.proto.order.ListOrdersRequest;
import io.payroute.proto.order.ListOrdersResponse;
import io.payroute.proto.order.OrderResponse;

/** Both sides of the steps that read orders: which, and how the answer says it. */
@ApplicationScoped
@Named("readOrders")
public class ReadOrders {

    private static final int DEFAULT_PAGE = 20;
    private static final int MAX_PAGE = 100;

    /** Another user's order is not found. */
    public Map<String, Object> one(GetOrderRequest request) {
        return Map.of("id", FindOrders.id(request.getOrderId()), "user", request.getUserId());
    }

    public OrderResponse answerOne(List<OrderRow> found) {
        return found.stream().findFirst().map(OrderRow::order).map(OrderMessages::response).orElseThrow(FindOrders::noOrder);
    }

    /** Of a user's, newest first. */
    public Map<String, Object> page(ListOrdersRequest request) {
        if (request.getUserId().isBlank()) {
            throw Refusal.invalid("user_id", "required", "user_id is required.");
        }
        int size = request.getPageSize() == 0 ? DEFAULT_PAGE : Math.max(1, Math.min(MAX_PAGE, request.getPageSize()));
        return Map.of("user", request.getUserId(), "size", size, "first", (Math.max(1, request.getPage()) - 1L) * size);
    }

    public ListOrdersResponse answerPage(List<OrderRow> found) {
        return ListOrdersResponse.newBuilder()
                .addAllOrders(found.stream().map(OrderRow::order).map(OrderMessages::response).toList()).build();
    }
}
