package io.payroute.gateway;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.http.Parameters;
import io.payroute.proto.order.CancelOrderRequest;
import io.payroute.proto.order.CreateOrderRequest;
import io.payroute.proto.order.GetOrderRequest;
import io.payroute.proto.order.ListOrdersRequest;
import io.payroute.proto.order.ListOrdersResponse;
import io.payroute.proto.order.OrderItem;
import io.payroute.proto.order.OrderResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Orders between JSON and the messages of {@code order.OrderService}. Whose they are the token says, and nothing that is sent with it. */
@ApplicationScoped
@Named("gatewayOrders")
public class GatewayOrders {

    static final String WHAT = "order";
    private static final int MAX_ITEMS = 100;
    private static final int MAX_QUANTITY = 1_000_000;
    private static final int MAX_ADDRESS = 500;
    private static final int MAX_METHOD = 32;
    private static final int CURRENCY = 8;
    private static final JsonBody.Schema ITEM = Requests.schema().required("product_id", JsonBody.text(1, Requests.MAX_ID))
            .required("quantity", JsonBody.integer(1, MAX_QUANTITY));
    private static final JsonBody.Schema CREATE = Requests.schema()
            .required("items", JsonBody.objects(ITEM, 1, MAX_ITEMS)).required("address", JsonBody.text(1, MAX_ADDRESS))
            .optional("currency", JsonBody.text(1, CURRENCY)).optional("user_id", JsonBody.text(1, Requests.MAX_ID))
            .optional("payment_method_id", JsonBody.text(1, MAX_METHOD));

    public void create(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonBody.Values values = Requests.read(message, CREATE);
        String person = Requests.person(message);
        Confined.to(message).check(values.text("user_id", person));
        CreateOrderRequest.Builder request = CreateOrderRequest.newBuilder().setUserId(person)
                .setAddress(values.text("address")).setCurrency(Requests.currency(values))
                .setPaymentMethodId(values.text("payment_method_id", "")).setIdempotencyKey(Requests.key(message));
        values.objects("items").forEach(item -> request.addItems(OrderItem.newBuilder()
                .setProductId(item.text("product_id")).setQuantity((int) item.integer("quantity", 0))));
        message.setBody(request.build());
    }

    public void get(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(GetOrderRequest.newBuilder().setOrderId(Requests.id(message, WHAT))
                .setUserId(Requests.reach(message)).build());
    }

    public void list(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(ListOrdersRequest.newBuilder().setUserId(whose(message)).setPage(Requests.page(message))
                .setPageSize(Requests.pageSize(message)).build());
    }

    /** The caller's; an operator says whose. */
    private static String whose(Message message) {
        String user = Parameters.of(message).text("user_id", Requests.MAX_ID);
        if (user == null) {
            user = Requests.reach(message);
        }
        if (user.isEmpty()) {
            throw Refusal.invalid("user_id", "required", "user_id is required of a caller who is no user himself.");
        }
        Confined.to(message).check(user);
        return user;
    }

    public void cancel(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(CancelOrderRequest.newBuilder().setOrderId(Requests.id(message, WHAT))
                .setUserId(Requests.reach(message)).build());
    }

    public void created(@Body OrderResponse order, Exchange exchange) {
        Envelope.answer(exchange, 201, data(order));
        exchange.getMessage().setHeader("Location", "/orders/" + order.getOrderId());
        if (order.getReplayed()) {
            exchange.getMessage().setHeader(Idempotency.REPLAYED, "true");
        }
    }

    public void found(@Body OrderResponse order, Exchange exchange) {
        Envelope.answer(exchange, 200, data(order));
    }

    public void listed(@Body ListOrdersResponse page, Exchange exchange) {
        JsonArray orders = new JsonArray();
        page.getOrdersList().forEach(order -> orders.add(data(order)));
        Envelope.answer(exchange, 200, new JsonObject().put("orders", orders));
    }

    private static JsonObject data(OrderResponse order) {
        JsonArray items = new JsonArray();
        order.getItemsList().forEach(item -> items.add(data(item, order.getCurrency())));
        JsonObject data = new JsonObject().put("order_id", order.getOrderId()).put("user_id", order.getUserId())
                .put("items", items).put("address", order.getAddress())
                .put("amount", Envelope.amount(order.getAmountMinor(), order.getCurrency(), order.getAmount()));
        Envelope.putGiven(data, "currency", order.getCurrency());
        data.put("status", order.getStatus()).put("created_at", order.getCreatedAt()).put("updated_at", order.getUpdatedAt());
        Envelope.putGiven(data, "payment_id", order.getPaymentId());
        Envelope.putGiven(data, "reason", order.getReason());
        Envelope.putGiven(data, "payment_url", order.getPaymentUrl());
        Envelope.putGiven(data, "payment_client_secret", order.getPaymentClientSecret());
        return data;
    }

    private static JsonObject data(OrderItem item, String currency) {
        JsonObject data = new JsonObject().put("product_id", item.getProductId()).put("quantity", item.getQuantity());
        Envelope.putGiven(data, "name", item.getName());
        if (!currency.isEmpty()) {
            data.put("price", Envelope.amount(item.getPriceMinor(), currency, 0));
        }
        return data;
    }
}
