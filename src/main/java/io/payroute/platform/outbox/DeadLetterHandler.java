package io.payroute.platform.outbox;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.http.HttpRefusal;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.http.JsonText;
import io.payroute.platform.http.Parameters;
import io.payroute.platform.http.Seen;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What an operator does with dead letters over HTTP: list, show, edit, replay. */
@ApplicationScoped
@Named("deadLetterHandler")
public class DeadLetterHandler {

    /** The longest name of a topic. */
    private static final int MAX_SOURCE = 249;
    /** Most letters of one replay; a page has a hundred. */
    private static final int MOST = 1_000;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final String REPLAY_PATH = "replay";
    private static final String DISCARD_PATH = "discard";
    private static final JsonBody.Schema REPLAY = JsonBody.schema().required("ids", JsonBody.wholes(1, MOST));

    private static final int MAX_REASON = 500;
    private static final JsonBody.Schema DISCARD = JsonBody.schema().required("ids", JsonBody.wholes(1, MOST)).required(
            "reason",
            JsonBody.text(1, MAX_REASON));

    private final RoleDeadLetters deadLetters;

    DeadLetterHandler(RoleDeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    public void list(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        Parameters parameters = Parameters.of(message);
        List<DeadLetter> letters = of(message).list(parameters.text("source", MAX_SOURCE), parameters.flag("replayed"),
                parameters.whole("after", 0, Long.MAX_VALUE, 0));
        JsonObject page = new JsonObject().put("dead_letters",
                new JsonArray(letters.stream().map(letter -> json(letter, false)).collect(Collectors.toList())));
        if (!letters.isEmpty()) {
            page.put("next_after", letters.get(letters.size() - 1).id());
        }
        JsonAnswer.set(message, page);
    }

    public void get(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        JsonAnswer.set(message, new JsonObject().put("dead_letter", json(find(message), true)));
    }

    /**
     * Replaces the payload by the request's body, which is the JSON message itself, or {@code {"payload_base64": "..."}} for one
     * that is not JSON and keeps its content type.
     */
    public void edit(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        byte[] payload = message.getBody(byte[].class);
        if (payload == null || payload.length == 0) {
            throw Refusal.malformed("Send the whole new payload as the body.");
        }
        byte[] bytes = binary(payload);
        DeadLetter letter = find(message);
        of(message).edit(letter.id(), bytes == null ? EventEnvelope.JSON : letter.contentType(),
                bytes == null ? payload : bytes);
        JsonAnswer.set(message, new JsonObject().put("dead_letter", json(find(message), true)));
    }

    /** {@code {"ids": [1, 2]}}: publishes them again, or puts them back to work, under the event ids they had. */
    public void replay(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        List<Long> ids = REPLAY.parse(message.getBody(byte[].class)).wholes("ids");
        JsonAnswer.set(message, new JsonObject().put("replayed", of(message).replay(ids)));
    }

    /** {@code {"ids": [1, 2], "reason": "..."}}: closes them without an effect. */
    public void discard(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        JsonBody.Values values = DISCARD.parse(message.getBody(byte[].class));
        JsonAnswer.set(message,
                new JsonObject().put("discarded", of(message).discard(values.wholes("ids"), values.text("reason"),
                        message.getHeader(AccessGuard.CALLER_HEADER, "anonymous", String.class))));
    }

    /**
     * What a form says of one letter, as the body of a request of many.
     *
     * @throws Refusal 409 when the letter is not as the page showed it
     */
    public void formOfOne(Exchange exchange) throws SQLException {
        Message message = exchange.getMessage();
        DeadLetter letter = find(message);
        Seen.of(message).check(letter.state(), letter.replays());
        JsonObject body = new JsonObject().put("ids", new JsonArray().add(letter.id()));
        String reason = message.getHeader("reason", String.class);
        message.setBody((reason == null ? body : body.put("reason", reason.strip())).encode());
    }

    /** The roles of this process, with how many letters each has open. */
    public void roles(Exchange exchange) throws SQLException {
        JsonArray roles = new JsonArray();
        for (String role : deadLetters.roles()) {
            roles.add(new JsonObject().put("role", role).put("open", deadLetters.of(role).open()));
        }
        JsonAnswer.set(exchange.getMessage(), new JsonObject().put("roles", roles));
    }

    /** The bytes of {@code payload_base64} when that is all there is, else null. */
    private static byte[] binary(byte[] body) {
        if (!JsonText.isUtf8(body)) {
            throw Refusal.malformed("The body is not UTF-8; send other bytes as payload_base64.");
        }
        try {
            JsonObject json = new JsonObject(new String(body, StandardCharsets.UTF_8));
            return json.size() == 1 && json.containsKey("payload_base64") ? json.getBinary("payload_base64") : null;
        } catch (DecodeException | ClassCastException | IllegalArgumentException e) {
            throw Refusal.malformed("The body must be a JSON object; payload_base64 must be base64.");
        }
    }

    private DeadLetter find(Message message) throws SQLException {
        String id = message.getHeader("id", String.class);
        if (REPLAY_PATH.equals(id) || DISCARD_PATH.equals(id)) {
            // The router takes these paths for a letter's.
            throw HttpRefusal.methodNotAllowed("POST");
        }
        DeadLetter letter = NUMBER.matcher(id).matches() ? of(message).find(Long.parseLong(id)) : null;
        if (letter == null) {
            throw Refusal.notFound("There is no dead letter with this id.");
        }
        return letter;
    }

    private DeadLetters of(Message message) {
        DeadLetters letters = deadLetters.of(message.getHeader("role", String.class));
        if (letters == null) {
            throw Refusal.notFound("There is no such role in this process.");
        }
        return letters;
    }

    private static JsonObject json(DeadLetter letter, boolean withPayload) {
        JsonObject json = new JsonObject().put("id", letter.id()).put("source", letter.source())
                .put("partition", letter.partition()).put("offset", letter.offset()).put("event_id", letter.eventId())
                .put("content_type", letter.contentType()).put("route_id", letter.routeId()).put("cause", letter.cause())
                .put("attempts", letter.attempts()).put("created_at", letter.createdAt().toString())
                .put("replayed_at", letter.replayedAt() == null ? null : letter.replayedAt().toString())
                .put("replays", letter.replays()).put("discard_reason", letter.discardReason())
                .put("discarded_by", letter.discardedBy());
        if (withPayload) {
            json.put("payload_base64", Base64.getEncoder().encodeToString(letter.payload()));
            String text = text(letter.payload());
            if (text != null) {
                json.put("payload_text", text);
            }
        }
        return json;
    }

    /** The payload as text, null when it is not UTF-8. */
    private static String text(byte[] payload) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
