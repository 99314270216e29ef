package io.payroute.payment.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.payment.PaymentAccess;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.ApiKey;
import io.payroute.platform.access.ApiKeys;
import io.payroute.platform.access.Digests;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.http.Problems;
import io.payroute.testing.Beans;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class ApiKeysRouteTest {

    private static final Scopes SCOPES = new Scopes(Stream.of(PaymentAccess.RULES));
    private static final String GOOD = "{\"name\":\"shop\",\"scope\":\"payments:write payments:read\"}";
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final Vertx vertx = Vertx.vertx();
    private ApiKeyStore store;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        store = new ApiKeyStore(TestRoles.payment(), TestRoles.databases(database.dataSource()), SCOPES);
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("apiKeyHandler", new ApiKeyHandler(store, new ApiKeys(vertx, Beans.of()), SCOPES));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/70-api-keys.camel.yaml");
        for (String verb : new String[]{"create", "list", "revoke"}) {
            AdviceWith.adviceWith(context, "payment-api-keys-" + verb, route -> route.replaceFromWith("direct:" + verb));
        }
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldShowAKeyOnceAndKeepItsDigestAlone() throws Exception {
        // When
        Exchange answer = send("create", GOOD, Map.of());

        // Then
        assertThat(status(answer)).isEqualTo(201);
        String key = json(answer).getString("key");
        assertThat(key).matches("pr_[0-9a-f]{32}_[A-Za-z0-9_-]{43}");
        assertThat(json(answer).getJsonObject("api_key").getString("scope")).isEqualTo("payments:read payments:write");
        assertThat(json(answer).getJsonObject("api_key").getString("created_by")).isEqualTo("boss");
        ApiKey stored = store.valid().get(0);
        assertThat(stored.hash()).isEqualTo(Digests.sha256(key));
        assertThat(database.value("SELECT api_key::text FROM api_key")).doesNotContain(key.substring(36));
        JsonObject listed = json(send("list", null, Map.of())).getJsonArray("api_keys").getJsonObject(0);
        assertThat(listed.encode()).doesNotContain(key.substring(36)).doesNotContain("hash");
        assertThat(key).contains(listed.getString("id").replace("-", ""));
    }

    @Test
    void shouldRepeatARequestWithoutShowingTheKeyAgain() {
        // Given
        JsonObject first = json(send("create", GOOD, Map.of("Idempotency-Key", "k1")));

        // When
        Exchange again = send("create", GOOD, Map.of("Idempotency-Key", "k1"));

        // Then
        assertThat(status(again)).isEqualTo(201);
        assertThat(again.getMessage().getHeader("Idempotent-Replayed")).isEqualTo("true");
        assertThat(json(again).containsKey("key")).isFalse();
        assertThat(json(again).getString("message")).contains("cannot be shown again");
        assertThat(json(again).getJsonObject("api_key")).isEqualTo(first.getJsonObject("api_key"));
        assertThat(database.count("api_key")).isEqualTo(1);
        assertThat(status(send("create", GOOD.replace("shop", "desk"), Map.of("Idempotency-Key", "k1")))).isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{\"name\":\"a b\",\"scope\":\"operate\"} | 422",
            "{\"name\":\"shop\",\"scope\":\"everything\"} | 422", "{\"name\":\"shop\"} | 422",
            "{\"name\":\"shop\",\"scope\":\" \"} | 422",
            "{\"name\":\"shop\",\"scope\":\"operate\",\"expires_at\":\"2020-01-01T00:00:00Z\"} | 422",
            "{\"name\":\"shop\",\"scope\":\"operate\",\"expires_at\":\"tomorrow\"} | 422",
            "{\"name\":\"shop\",\"scope\":\"payments:any\"} | 403"})
    void shouldRefuseAKeyThatMustNotBe(String body, int status) {
        // When
        Exchange answer = send("create", body, Map.of("X-Payroute-Scopes", "keys:manage operate payments:read"));

        // Then
        assertThat(status(answer)).isEqualTo(status);
        assertThat(database.count("api_key")).isZero();
    }

    /** A key finds what belongs to its name, such as webhook endpoints and their secrets. */
    @Test
    void shouldNotLetAnotherManagerTakeANameOver() {
        // Given
        String mine = json(send("create", GOOD, Map.of())).getJsonObject("api_key").getString("id");
        send("revoke", null, Map.of("id", mine));
        Map<String, Object> manager = Map.of("X-Payroute-Caller", "eve", "X-Payroute-Scopes",
                "keys:manage payments:read payments:write");

        // When
        List<Integer> answers = List.of(status(send("create", GOOD, manager)),
                status(send("create", GOOD.replace("shop", "stall"), manager)), status(send("create", GOOD, Map.of())),
                status(send("create", GOOD, Map.of("X-Payroute-Caller", "operator"))));

        // Then
        assertThat(answers).containsExactly(409, 201, 201, 201);
    }

    @Test
    void shouldRevokeAKey() throws Exception {
        // Given
        String id = json(send("create", GOOD, Map.of())).getJsonObject("api_key").getString("id");

        // When
        Exchange answer = send("revoke", null, Map.of("id", id));

        // Then
        assertThat(status(answer)).isEqualTo(204);
        assertThat(answer.getMessage().getBody()).isNull();
        assertThat(store.valid()).isEmpty();
        String revokedAt = database.value("SELECT revoked_at FROM api_key");
        assertThat(status(send("revoke", null, Map.of("id", id)))).isEqualTo(204);
        assertThat(database.value("SELECT revoked_at FROM api_key")).isEqualTo(revokedAt);
        JsonArray listed = json(send("list", null, Map.of())).getJsonArray("api_keys");
        assertThat(listed.getJsonObject(0).getString("revoked_at")).isNotNull();
    }

    @Test
    void shouldLetAManagerRevokeOnlyWhatItMade() throws Exception {
        // Given
        Map<String, Object> manager = Map.of("X-Payroute-Caller", "key:manager", "X-Payroute-Scopes",
                "keys:manage payments:read payments:write");
        Map<String, Object> mine = with(manager, json(send("create", GOOD, manager)));
        Map<String, Object> others = with(manager, json(send("create", GOOD.replace("shop", "desk"), Map.of())));

        // When
        List<Integer> answers = List.of(status(send("revoke", null, others)), status(send("revoke", null, mine)));

        // Then
        assertThat(answers).containsExactly(403, 204);
        assertThat(store.valid()).extracting(ApiKey::name).containsExactly("desk");
        assertThat(status(send("revoke", null, Map.of("id", others.get("id"))))).as("an operator").isEqualTo(204);
    }

    private static Map<String, Object> with(Map<String, Object> headers, JsonObject made) {
        Map<String, Object> all = new HashMap<>(headers);
        all.put("id", made.getJsonObject("api_key").getString("id"));
        return all;
    }

    @Test
    void shouldLeaveOutExpiredKeysAndNoteUse() throws Exception {
        // Given
        UUID id = UUID.fromString(json(send("create",
                "{\"name\":\"shop\",\"scope\":\"operate\",\"expires_at\":\"2199-01-31T00:00:00+01:00\"}", Map.of()))
                .getJsonObject("api_key").getString("id"));
        assertThat(store.valid()).hasSize(1);
        store.used(id);
        String usedAt = database.value("SELECT last_used_at FROM api_key");
        store.used(id);
        assertThat(usedAt).isNotEqualTo("null").isEqualTo(database.value("SELECT last_used_at FROM api_key"));

        // When
        database.execute("UPDATE api_key SET expires_at = now() - interval '1 second'");

        // Then
        assertThat(store.valid()).isEmpty();
    }

    @Test
    void shouldHaveABoundedNumberOfValidKeys() {
        // Given
        database.execute("INSERT INTO api_key (id, hash, name, scope, created_by) SELECT gen_random_uuid(), "
                + "decode(repeat('00', 32), 'hex'), 'x', 'operate', 'x' FROM generate_series(1, " + ApiKeyStore.MOST + ")");

        // When
        Exchange answer = send("create", GOOD, Map.of());

        // Then
        assertThat(status(answer)).isEqualTo(409);
        assertThat(database.count("api_key")).isEqualTo(ApiKeyStore.MOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "7", "' OR 1=1 --"})
    void shouldNotFindAKeyThatDoesNotExist(String id) {
        assertThat(status(send("revoke", null, Map.of("id", id)))).isEqualTo(404);
    }

    private Exchange send(String verb, String body, Map<String, Object> headers) {
        Map<String, Object> all = new HashMap<>(Map.of("X-Payroute-Caller", "boss", "CamelHttpPath", "/api/v1/api-keys",
                "X-Payroute-Scopes", "payments:read payments:write operate"));
        all.putAll(headers);
        return context.createProducerTemplate().send("direct:" + verb, exchange -> {
            exchange.getMessage().setHeaders(all);
            exchange.getMessage().setBody(body);
        });
    }

    private static int status(Exchange answer) {
        return answer.getMessage().getHeader("CamelHttpResponseCode", Integer.class);
    }

    private static JsonObject json(Exchange answer) {
        return new JsonObject(answer.getMessage().getBody(String.class));
    }
}
