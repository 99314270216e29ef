package io.payroute.order;

import java.time.Instant;
import java.util.List;

import io.payroute.order.model.Order;
import io.payroute.order.model.OrderStatus;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.proto.order.OrderEvent;
import io.payroute.proto.order.OrderItem;
import io.payroute.proto.order.OrderResponse;

/** An order in the messages of the contract. */
final class OrderMessages {

    static final String CREATED = "io.payroute.order.created";
    static final String STATUS_UPDATED = "io.payroute.order.status-updated";

    private OrderMessages() {
    }

    static OrderResponse response(Order order) {
        boolean open = order.status() == OrderStatus.PENDING;
        return OrderResponse.newBuilder().setOrderId(order.id().toString()).setUserId(order.userId())
                .addAllItems(items(order)).setAddress(order.address()).setAmount(order.amount().majorAsDouble())
                .setAmountMinor(order.amount().minor()).setCurrency(order.amount().currency())
                .setStatus(order.status().name()).setCreatedAt(order.createdAt().toString())
                .setUpdatedAt(order.updatedAt().toString())
                .setPaymentId(order.paymentId() == null ? "" : order.paymentId().toString())
                .setReason(orEmpty(order.reason())).setPaymentUrl(open ? orEmpty(order.paymentUrl()) : "")
                .setPaymentClientSecret(open ? orEmpty(order.paymentSecret()) : "").build();
    }

    static EventEnvelope event(String topic, String type, Order order, OrderStatus next, String reason) {
        OrderEvent event = OrderEvent.newBuilder().setOrderId(order.id().toString()).setUserId(order.userId())
                .addAllItems(items(order)).setAddress(order.address()).setStatus(next.name())
                .setPreviousStatus(order.status().name()).setAmountMinor(order.amount().minor())
                .setCurrency(order.amount().currency()).setReason(orEmpty(reason))
                .setPaymentId(order.paymentId() == null ? "" : order.paymentId().toString())
                .setUpdatedAt(Instant.now().toString()).build();
        return EventEnvelope.protobuf(topic, order.id().toString(), type, event.toByteArray());
    }

    private static List<OrderItem> items(Order order) {
        return order.items().stream().map(item -> OrderItem.newBuilder().setProductId(item.productId().toString())
                .setQuantity(item.quantity()).setName(item.name()).setPriceMinor(item.priceMinor()).build()).toList();
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
