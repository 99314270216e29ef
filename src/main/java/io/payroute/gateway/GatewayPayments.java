package io.payroute.gateway;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.http.JsonBody;
import io.payroute.proto.order.GetOrderRequest;
import io.payroute.proto.order.OrderResponse;
import io.payroute.proto.payment.CheckPaymentStatusRequest;
import io.payroute.proto.payment.InitiatePaymentRequest;
import io.payroute.proto.payment.PaymentResponse;
import io.vertx.core.json.JsonObject;

/**
 * The payment of an order between JSON and the messages of {@code payment.PaymentService}. What is paid, and by whom, the order says;
 * a request that says something else is refused. It makes the one payment that the order makes by itself, or finds it.
 */
@ApplicationScoped
@Named("gatewayPayments")
public class GatewayPayments {

    private static final String INITIATION = "gatewayInitiation";
    private static final String PENDING = "PENDING";
    private static final int MAX_METHOD = 32;
    private static final int CURRENCY = 8;
    private static final JsonBody.Schema INITIATE = Requests.schema().required("order_id", JsonBody.text(1, Requests.MAX_ID))
            .optional("amount", JsonBody.decimal()).optional("currency", JsonBody.text(1, CURRENCY))
            .optional("user_id", JsonBody.text(1, Requests.MAX_ID))
            .optional("payment_method_id", JsonBody.text(1, MAX_METHOD));

    /** Asks for the order. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonBody.Values values = Requests.read(message, INITIATE);
        if (values.has("user_id")) {
            Confined.to(message).check(values.text("user_id"));
        }
        String order = Requests.id(values, "order_id");
        String currency = Requests.currency(values);
        if (values.has("amount")) {
            Requests.money("amount", values.text("amount"), currency);
        }
        exchange.setProperty(INITIATION, values);
        message.setBody(GetOrderRequest.newBuilder().setOrderId(order).setUserId(Requests.reach(message))
                .build());
    }

    /** @throws Refusal when the request means another amount, or the order is not to be paid */
    public void initiate(@Body OrderResponse order, Exchange exchange,
            @ExchangeProperty(INITIATION) JsonBody.Values values) {
        String currency = values.text("currency", order.getCurrency());
        if (!currency.equals(order.getCurrency())) {
            throw Refusal.invalid("currency", "order_currency", "currency must be that of the order.");
        }
        if (values.has("amount")
                && Requests.money("amount", values.text("amount"), currency).minor() != order.getAmountMinor()) {
            throw Refusal.invalid("amount", "order_amount", "amount must be that of the order.");
        }
        if (order.getPaymentId().isEmpty() && !order.getStatus().equals(PENDING)) {
            throw Refusal.conflict("An order that is " + order.getStatus() + " is not paid.");
        }
        exchange.getMessage().setBody(InitiatePaymentRequest.newBuilder().setOrderId(order.getOrderId())
                .setUserId(order.getUserId()).setAmountMinor(order.getAmountMinor()).setCurrency(order.getCurrency())
                .setPaymentMethodId(values.text("payment_method_id", "")).build());
    }

    public void check(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(CheckPaymentStatusRequest.newBuilder().setPaymentId(Requests.id(message, "payment"))
                .setUserId(Requests.reach(message)).build());
    }

    public void answer(@Body PaymentResponse payment, Exchange exchange) {
        JsonObject data = new JsonObject().put("payment_id", payment.getPaymentId()).put("order_id", payment.getOrderId())
                .put("status", payment.getStatus()).put("provider", payment.getProvider())
                .put("created_at", payment.getCreatedAt()).put("updated_at", payment.getUpdatedAt())
                .put("message", payment.getMessage());
        Envelope.putGiven(data, "payment_status", payment.getPaymentStatus());
        Envelope.putGiven(data, "url", payment.getUrl());
        Envelope.putGiven(data, "client_secret", payment.getClientSecret());
        Envelope.answer(exchange, 200, data);
    }
}
