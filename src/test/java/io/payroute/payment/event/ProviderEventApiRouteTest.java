package io.payroute.payment.event;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

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

import io.payroute.platform.Ids;
import io.payroute.platform.TestRoles;
import io.payroute.platform.http.Problems;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** Finding events, and making them due again. */
class ProviderEventApiRouteTest {

    private static final List<String> ROUTES = List.of("list", "get", "replay");
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("providerEventHandler",
                new ProviderEventHandler(new FindProviderEvents(TestRoles.databases(database.dataSource()))));
        context.getPropertiesComponent().addOverrideProperty("role.payment", "true");
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/55-provider-events-api.camel.yaml");
        for (String route : ROUTES) {
            AdviceWith.adviceWith(context, "payment-provider-events-" + route,
                    advice -> advice.replaceFromWith("direct:" + route));
        }
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldListTheNewestFirstPageByPage() {
        // Given
        List<String> ids = IntStream.range(0, 5)
                .mapToObj(i -> insert(new UUID(0x0189_0000_0000_7000L + i, Long.MIN_VALUE), "stripe", "e" + i, "unmatched")
                        .toString())
                .toList();

        // When
        JsonObject first = json(send("list", Map.of("limit", "3")));
        JsonObject second = json(send("list", Map.of("limit", "3", "cursor", first.getString("next_cursor"))));

        // Then
        assertThat(listed(first)).containsExactly(ids.get(4), ids.get(3), ids.get(2));
        assertThat(listed(second)).containsExactly(ids.get(1), ids.get(0));
        assertThat(second.getString("next_cursor")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"status, conflict", "provider, adyen"})
    void shouldListWhatIsRequested(String filter, String value) {
        // Given
        insert("stripe", "e1", "unmatched");
        String wanted = insert("adyen", "e2", "conflict").toString();

        // When
        JsonObject page = json(send("list", Map.of(filter, value)));

        // Then
        assertThat(listed(page)).containsExactly(wanted);
    }

    @ParameterizedTest
    @CsvSource({"status, lost", "limit, 0", "limit, 101", "limit, many", "cursor, x"})
    void shouldRefuseWhatMakesNoSense(String parameter, String value) {
        // When
        Exchange answer = send("list", Map.of(parameter, value));

        // Then
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(422);
    }

    @Test
    void shouldShowTheWholeEvent() {
        // Given
        UUID id = insert("stripe", "e1", "unmatched");

        // When
        JsonObject event = json(send("get", Map.of("id", id.toString()))).getJsonObject("provider_event");

        // Then
        assertThat(event.getString("payload_text")).isEqualTo("{\"id\":\"e1\"}");
        assertThat(event.getString("status")).isEqualTo("unmatched");
        assertThat(event.getString("event_id")).isEqualTo("e1");
    }

    @Test
    void shouldMakeAnEventDueAgain() {
        // Given
        UUID id = insert("stripe", "e1", "unmatched");

        // When
        JsonObject event = json(send("replay", Map.of("id", id.toString()))).getJsonObject("provider_event");

        // Then
        assertThat(event.getString("status")).isEqualTo("waiting");
        assertThat(database.rows("SELECT status, due_at <= now(), attempts, replays, waiting_since > now() - interval '1 hour' "
                + "FROM provider_event")).containsExactly("waiting t 0 1 t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "replay"})
    void shouldNotFindWhatDoesNotExist(String route) {
        // When
        Exchange unknown = send(route, Map.of("id", UUID.randomUUID().toString()));
        Exchange senseless = send(route, Map.of("id", "' OR 1=1 --"));

        // Then
        assertThat(unknown.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(404);
        assertThat(senseless.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "get", "replay"})
    void shouldTellUsersNothing(String route) {
        // Given
        UUID id = insert("stripe", "e1", "unmatched");

        // When
        Exchange answer = send(route, Map.of("id", id.toString(), "X-Payroute-User", "user-1"));

        // Then
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(403);
        assertThat(database.value("SELECT status FROM provider_event")).isEqualTo("unmatched");
    }

    private static UUID insert(String provider, String eventId, String status) {
        return insert(Ids.next(), provider, eventId, status);
    }

    private static UUID insert(UUID id, String provider, String eventId, String status) {
        database.execute("INSERT INTO provider_event (id, provider, event_id, type, payload, status, attempts, waiting_since) "
                + "VALUES (?, ?, ?, 'any', ?, ?, 7, now() - interval '4 days')", id, provider, eventId,
                ("{\"id\":\"" + eventId + "\"}").getBytes(StandardCharsets.UTF_8), status);
        return id;
    }

    private Exchange send(String route, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:" + route,
                exchange -> headers.forEach(exchange.getMessage()::setHeader));
    }

    private static JsonObject json(Exchange answer) {
        return new JsonObject(answer.getMessage().getBody(String.class));
    }

    private static List<String> listed(JsonObject page) {
        return page.getJsonArray("provider_events").stream().map(event -> ((JsonObject) event).getString("id")).toList();
    }
}
