package io.payroute.payment.webhook;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.http.JsonBody;
import io.payroute.http.ProblemException;
import io.payroute.payment.Idempotency;
import io.payroute.payment.webhook.WebhookDeliveries.Again;
import io.payroute.payment.webhook.WebhookDeliveries.Cursor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** {@code /api/v1/webhook-endpoints/{id}/deliveries} and the ways to have deliveries sent again. */
@ApplicationScoped
@Named("webhookDeliveryApi")
public class WebhookDeliveryApi {

    private static final Set<String> STATUSES = Set.of("pending", "delivered", "failed", "discarded");
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;
    private static final JsonBody.Schema SINCE = JsonBody.schema().required("since", JsonBody.text(1, 40));

    private final WebhookDeliveries deliveries;

    WebhookDeliveryApi(WebhookDeliveries deliveries) {
        this.deliveries = deliveries;
    }

    public void list(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        String status = request.message().getHeader("status", String.class);
        if (status != null && !STATUSES.contains(status)) {
            throw ProblemException.validation("status", "status", "status must be pending, delivered, failed or discarded.");
        }
        WebhookDeliveries.Page page = deliveries.list(request.id(), request.owner(), status,
                cursor(request.message().getHeader("cursor", String.class)),
                limit(request.message().getHeader("limit", String.class)));
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
        Again<JsonObject> again = deliveries.redeliver(request.id(), request.owner(), delivery, key);
        answer(request, new JsonObject().put("delivery", again.what()), again.replayed());
    }

    public void redeliverSince(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        byte[] body = request.body();
        Idempotency.Key key = Idempotency.of(exchange, body);
        Instant since = since(SINCE.parse(body).text("since"));
        Again<Long> again = deliveries.redeliverSince(request.id(), request.owner(), since, key);
        answer(request, new JsonObject().put("redelivered", again.what()), again.replayed());
    }

    private static void answer(WebhookRequest request, JsonObject body, boolean replayed) {
        request.answer(202, body);
        if (replayed) {
            request.message().setHeader(Idempotency.REPLAYED, "true");
        }
    }

    private static Instant since(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw ProblemException.validation("since", "timestamp", "since must be a time such as 2026-11-21T04:03:25Z.");
        }
    }

    private static int limit(String text) {
        try {
            int limit = text == null ? DEFAULT_LIMIT : Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw ProblemException.validation("limit", "limit", "limit must be between 1 and " + MAX_LIMIT + ".");
    }

    private static String text(Cursor cursor) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString((cursor.createdAt() + "/" + cursor.id()).getBytes(StandardCharsets.US_ASCII));
    }

    private static Cursor cursor(String text) {
        try {
            String[] parts = text == null
                    ? null
                    : new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII)
                            .split("/");
            return parts == null ? null : new Cursor(Instant.parse(parts[0]), UUID.fromString(parts[1]));
        } catch (DateTimeException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw ProblemException.validation("cursor", "cursor", "cursor must be the next_cursor of the page before.");
        }
    }
}
