package io.payroute.payment.event;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.event.FindProviderEvents.Row;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.access.Confined;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.http.Parameters;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Answers {@code /api/v1/provider-events}: what providers told, and what came of it. For operators alone. */
@ApplicationScoped
@Named("providerEventHandler")
public class ProviderEventHandler {

    private static final List<String> STATUSES = List.of("waiting", "applied", "no_effect", "conflict", "unmatched",
            "undeclared", "unreadable", "failed");

    private static final JsonBody.Schema REASON = JsonBody.schema().required("reason", JsonBody.text(1, 200));

    private final FindProviderEvents findProviderEvents;

    ProviderEventHandler(FindProviderEvents findProviderEvents) {
        this.findProviderEvents = findProviderEvents;
    }

    public void list(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        Confined.refuse(message, "Only operators may read provider events.");
        Parameters parameters = Parameters.of(message);
        int limit = parameters.limit();
        List<Row> rows = findProviderEvents.list(parameters.word("status", STATUSES),
                parameters.text("provider", PaymentInstruction.MAX_PROVIDER), cursor(parameters.cursor()), limit + 1);
        List<Row> page = rows.subList(0, Math.min(limit, rows.size()));
        JsonArray events = new JsonArray();
        page.forEach(row -> events.add(json(row)));
        JsonAnswer.set(message, new JsonObject().put("provider_events", events).put("next_cursor",
                rows.size() > limit ? page.get(limit - 1).id().toString() : null));
    }

    public void get(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        Confined.refuse(message, "Only operators may read provider events.");
        Row row = findProviderEvents.find(id(message)).orElseThrow(ProviderEventHandler::unknown);
        JsonAnswer.set(message, new JsonObject().put("provider_event", withPayload(row)));
    }

    /** Repeating it is harmless, so it needs no idempotency key. */
    public void replay(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        Confined.refuse(message, "Only operators may read provider events.");
        Row row = findProviderEvents.replay(id(message)).orElseThrow(ProviderEventHandler::unknown);
        JsonAnswer.set(message, new JsonObject().put("provider_event", withPayload(row)));
    }

    /** It has no effect, and needs nobody any more; the body says why. A replay judges it again. */
    public void close(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        String why = "closed by " + message.getHeader(AccessGuard.CALLER_HEADER, String.class) + ": "
                + REASON.parse(message.getBody(byte[].class)).text("reason");
        UUID id = id(message);
        if (findProviderEvents.close(id, why).isEmpty()) {
            Row row = findProviderEvents.find(id).orElseThrow(ProviderEventHandler::unknown);
            throw Refusal.conflict("The event needs nobody: it is " + row.status() + ".");
        }
        JsonAnswer.set(message, new JsonObject());
    }

    /** The edge names the user when the caller is one and may see only his own payments. */
    private static UUID cursor(String text) {
        try {
            return text == null ? null : Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("cursor", "cursor", "cursor must be the next_cursor of an earlier page.");
        }
    }

    private static UUID id(Message message) {
        try {
            return Ids.parse(message.getHeader("id", "", String.class));
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
    }

    private static Refusal unknown() {
        return Refusal.notFound("There is no provider event with this id.");
    }

    private static JsonObject json(Row row) {
        JsonObject json = new JsonObject().put("id", row.id().toString()).put("provider", row.provider())
                .put("event_id", row.eventId()).put("type", row.type()).put("kind", row.kind()).put("status", row.status())
                .put("detail", row.detail()).put("payment_id", text(row.paymentId()))
                .put("received_at", row.receivedAt().toString()).put("applied_at", text(row.appliedAt()))
                .put("attempts", row.attempts()).put("replays", row.replays());
        return row.dueAt() == null ? json : json.put("due_at", row.dueAt().toString());
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }

    private static JsonObject withPayload(Row row) {
        JsonObject json = json(row).put("payload_base64", Base64.getEncoder().encodeToString(row.payload()));
        try {
            json.put("payload_text", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(row.payload())).toString());
        } catch (CharacterCodingException e) {
            // no text
        }
        return json;
    }
}
