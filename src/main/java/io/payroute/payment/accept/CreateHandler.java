package io.payroute.payment.accept;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.routing.ProviderRoutes;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.JsonBody;
import io.vertx.core.json.JsonObject;

/** Reads the request of {@code POST /api/v1/payments} and writes its answer. */
@ApplicationScoped
@Named("createHandler")
public class CreateHandler {

    private static final String USER = "X-User-ID";
    private static final String DEFAULT_METHOD = "card";
    private static final JsonBody.Schema CREATE = JsonBody.schema()
            .optional("user_id", JsonBody.text(1, PaymentInstruction.MAX_USER_ID)).required("amount", JsonBody.decimal())
            .required("currency", JsonBody.text(1, 8)).money("amount", "currency", null)
            .optional("method", JsonBody.text(1, PaymentInstruction.MAX_METHOD))
            .optional("provider", JsonBody.text(1, PaymentInstruction.MAX_PROVIDER)).optional("capture", JsonBody.flag())
            .nullable("email", JsonBody.text(1, PaymentRules.MAX_EMAIL))
            .nullable("description", JsonBody.text(0, PaymentRules.MAX_DESCRIPTION))
            .nullable("order_id", JsonBody.text(1, PaymentInstruction.MAX_ORDER_ID));

    private final AcceptPayment acceptPayment;
    private final ProviderRoutes providers;

    public CreateHandler(AcceptPayment acceptPayment, ProviderRoutes providers) {
        this.acceptPayment = acceptPayment;
        this.providers = providers;
    }

    /** Replaces the body by the checked {@link PaymentInstruction}. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        JsonBody.Values values = CREATE.parse(body);
        String user = user(message, values);
        Idempotency.Key key = Idempotency.of(exchange, body);
        if (key.key() != null) {
            // The user may stand outside the body, and another user's payment is another request.
            exchange.setProperty("requestHash", Idempotency.sha256(key.hash(), user.getBytes(StandardCharsets.UTF_8)));
        }
        message.setBody(PaymentRules
                .check(PaymentRules.Names.CREATE, Ids.next(), user, () -> values.money("amount"),
                        values.text("method", DEFAULT_METHOD),
                        values.text("email"), values.text("description"), values.text("order_id"))
                .with(provider(message, values), values.flag("capture", true)));
    }

    /** The one that the body names. Where money goes is the merchant's affair: a user gets what the rules choose. */
    private String provider(Message message, JsonBody.Values values) {
        String requested = values.text("provider");
        if (requested != null && Confined.to(message).user() != null) {
            throw Refusal.forbidden("Only a caller who acts for all users may choose the provider; leave it out.");
        }
        return providers.known(requested);
    }

    /** The one that the body names, or the caller himself when he is a user. */
    private static String user(Message message, JsonBody.Values values) {
        Confined confined = Confined.to(message);
        String caller = confined.user() != null ? confined.user() : message.getHeader(USER, String.class);
        String user = values.text("user_id", caller);
        if (user == null || user.isBlank()) {
            throw Refusal.invalid("user_id", "required",
                    "user_id is required, in the body or as the header X-User-ID.");
        }
        confined.check(user);
        return user;
    }

    /** Stores the payment, and answers 201 after the commit. */
    public CompletionStage<Void> create(Exchange exchange) {
        Message message = exchange.getMessage();
        return PayHandler.stored(acceptPayment, exchange).thenAccept(accepted -> {
            PayHandler.answer(message, 201, accepted);
            message.setBody(new JsonObject().put("payment_id", accepted.paymentId().toString()).put("status", "pending")
                    .put("payment_status", "pending").put("message", "Payment created").encode());
        });
    }
}
