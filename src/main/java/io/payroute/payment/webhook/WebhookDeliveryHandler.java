package io.payroute.payment.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.payment.webhook.WebhookDeliveries.Again;
import io.payroute.payment.webhook.WebhookDeliveries.Cursor;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.http.Parameters;
import io.payroute.platform.http.RequestTime;
import io.payroute.platform.http.Seen;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** {@code /api/v1/webhook-endpoints/{id}/deliveries} and the ways to have deliveries sent again. */
@ApplicationScoped
@Named("webhookDeliveryHandler")
public class WebhookDeliveryHandler {

    private static final List<String> STATUSES = List.of("pending", "delivered", "failed", "discarded");
    private static final JsonBody.Schema SINCE = JsonBody.schema().required("since", JsonBody.text(1, 40));

    private final WebhookDeliveries deliveries;

    WebhookDeliveryHandler(WebhookDeliveries deliveries) {
        this.deliveries = deliveries;
    }

    public void list(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        Parameters parameters = Parameters.of(request.message());
        WebhookDeliveries.Page page = deliveries.list(request.id(), request.owner(), parameters.word("status", STATUSES),
                cursor(parameters.cursor()), parameters.limit());
        JsonObject answer = new JsonObject().put("deliveries", new JsonArray(page.deliveries()));
        if (page.next() != null) {
            answer.put("next_cursor", text(page.next()));
        }
        request.answer(200, answer);
    }

    public void redeliver(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        Idempotency.Key key = Idempotency.of(exchange, request.body());
        UUID delivery = request.uuid("deliveryId", WebhookDeliveries.unknown());
        Again<JsonObject> again = deliveries.redeliver(request.id(), request.owner(), delivery, key,
                Seen.of(request.message()));
        answer(request, new JsonObject().put("delivery", again.what()), again.replayed());
    }

    public void redeliverSince(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        byte[] body = request.body();
        Idempotency.Key key = Idempotency.of(exchange, body);
        Instant since = RequestTime.of("since", SINCE.parse(body).text("since"));
        Again<Long> again = deliveries.redeliverSince(request.id(), request.owner(), since, key);
        answer(request, new JsonObject().put("redelivered", again.what()), again.replayed());
    }

    private static void answer(WebhookRequest request, JsonObject body, boolean replayed) {
        request.answer(202, body);
        if (replayed) {
            request.message().setHeader(Idempotency.REPLAYED, "true");
        }
    }

    private static String text(Cursor cursor) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString((cursor.createdAt() + "/" + cursor.id()).getBytes(StandardCharsets.US_ASCII));
    }

    private static Cursor cursor(String text) {
        if (text == null) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII).split("/");
            if (parts.length == 2) {
                return new Cursor(RequestTime.of("cursor", parts[0]), UUID.fromString(parts[1]));
            }
        } catch (IllegalArgumentException | Refusal e) {
            // said below
        }
        throw Refusal.invalid("cursor", "cursor", "cursor must be the next_cursor of the page before.");
    }
}
