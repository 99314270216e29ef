package io.payroute.payment.access;

import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.access.ApiKey;
import io.payroute.platform.access.ApiKeys;
import io.payroute.platform.access.Digests;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.access.Scope;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.http.RequestTime;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Makes, lists and revokes API keys over HTTP. A key is in the answer to the request that made it and nowhere else. */
@ApplicationScoped
@Named("apiKeyHandler")
public class ApiKeyHandler {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final JsonBody.Schema CREATE = JsonBody.schema().required("name", JsonBody.text(1, 64))
            .required("scope", JsonBody.text(1, 255)).optional("expires_at", JsonBody.text(1, 64));
    private static final String SHOWN_ONCE = "This is the only time that the key is shown.";
    private static final String SHOWN_BEFORE = "The key was shown in the first answer and cannot be shown again: only its digest is "
            + "stored. If it was lost, revoke it and make another under a new Idempotency-Key.";

    private final ApiKeyStore store;
    private final ApiKeys apiKeys;
    private final Scopes known;

    ApiKeyHandler(ApiKeyStore store, ApiKeys apiKeys, Scopes known) {
        this.known = known;
        this.store = store;
        this.apiKeys = apiKeys;
    }

    public void create(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        Idempotency.Key idempotency = Idempotency.of(exchange, body);
        JsonBody.Values values = CREATE.parse(body);
        UUID id = Ids.next();
        String text = ApiKey.newText(id);
        String callers = message.getHeader(AccessGuard.SCOPES_HEADER, "", String.class);
        ApiKey key = new ApiKey(id, Digests.sha256(text), name(values.text("name")), scopes(values.text("scope"), callers),
                instant(values.text("expires_at")));
        ApiKeyStore.Created created = store.create(key, idempotency.caller(),
                isOperator(message), idempotency);
        apiKeys.forget();
        JsonObject answer = new JsonObject().put("api_key", json(created.entry()));
        if (created.replayed()) {
            answer.put("message", SHOWN_BEFORE);
        } else {
            answer.put("key", text).put("message", SHOWN_ONCE);
        }
        JsonAnswer.set(message, 201, answer);
        if (created.replayed()) {
            message.setHeader(Idempotency.REPLAYED, "true");
        }
    }

    public void list(Exchange exchange) throws SQLException {
        JsonAnswer.set(exchange.getMessage(), 200, new JsonObject().put("api_keys",
                new JsonArray(store.list().stream().map(ApiKeyHandler::json).collect(Collectors.toList()))));
    }

    /** Takes effect here at once, and in every other process within five seconds. */
    public void revoke(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        store.revoke(id(message.getHeader("id", String.class)),
                message.getHeader(Idempotency.CALLER, "anonymous", String.class),
                isOperator(message));
        apiKeys.forget();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 204);
        message.setBody(null);
    }

    private static String name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Refusal.invalid("name", "name", "name must be 1 to 64 letters, digits or any of . _ -");
        }
        return name;
    }

    /** Nobody makes a key that may do more than he may himself. */
    private Set<Scope> scopes(String words, String callers) {
        Set<Scope> own = known.among(callers);
        Set<Scope> scopes = new HashSet<>();
        for (String word : words.trim().split(" +")) {
            Scope scope = known.ofWord(word);
            if (scope == null) {
                throw Refusal.invalid("scope", "scope",
                        "scope must be one or more of these, separated by blanks: " + Scope.words(known.all()));
            }
            if (!own.contains(scope)) {
                throw Refusal.forbidden("You cannot grant the scope " + word + ", which you do not have.");
            }
            scopes.add(scope);
        }
        return scopes;
    }

    private static Instant instant(String text) {
        if (text == null) {
            return null;
        }
        Instant expiresAt = RequestTime.parse(text);
        if (expiresAt != null && expiresAt.isAfter(Instant.now())) {
            return expiresAt;
        }
        throw Refusal.invalid("expires_at", "future_time",
                "expires_at must be a time to come, such as 2027-01-31T00:00:00Z");
    }

    private static UUID id(String text) {
        try {
            return Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw ApiKeyStore.unknown();
        }
    }

    private boolean isOperator(Message message) {
        return known.among(message.getHeader(AccessGuard.SCOPES_HEADER, "", String.class)).contains(Scope.OPERATE);
    }

    private static JsonObject json(ApiKeyStore.Entry entry) {
        return new JsonObject().put("id", entry.id().toString()).put("name", entry.name()).put("scope", entry.scope())
                .put("created_by", entry.createdBy()).put("created_at", text(entry.createdAt()))
                .put("last_used_at", text(entry.lastUsedAt())).put("expires_at", text(entry.expiresAt()))
                .put("revoked_at", text(entry.revokedAt()));
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
