package io.payroute.payment.conflict;

import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.AccessGuard;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A conflict is open until a person closes it, however old it is. */
class ConflictHandlerTest {

    private static TestDatabase database;

    private final ConflictHandler handler = new ConflictHandler(TestRoles.databases(database.dataSource()));
    private final UUID payment = Ids.next();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void conflict() {
        database.clear();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, status, provider) "
                + "VALUES (?, 'u1', 777, 'EUR', 'card', 'pending', 'stripe')", payment);
        database.execute("INSERT INTO payment_event (payment_id, type, detail, at) VALUES (?, 'provider.conflict', "
                + "'{\"provider\":\"stripe\",\"operation\":\"charge\",\"amount_minor\":999}', now() - interval '30 days')",
                payment);
    }

    @Test
    void shouldShowWhatTheProviderDid() throws Exception {
        assertThat(open()).hasSize(1);
        assertThat(open().getJsonObject(0).getString("payment_id")).isEqualTo(payment.toString());
        assertThat(open().getJsonObject(0).getString("amount")).isEqualTo("7.77");
        assertThat(open().getJsonObject(0).getString("moved")).isEqualTo("9.99");
        assertThat(handler.open().due().rows()).contains("provider.conflict");
        assertThat(due()).isEqualTo("1");
    }

    @Test
    void shouldBeOpenUntilAPersonClosesItAndKeepWhoAndWhy() throws Exception {
        // When
        close(id(), "{\"reason\":\"refunded there\"}");

        // Then
        assertThat(open()).isEmpty();
        assertThat(due()).isEqualTo("0");
        assertThat(database.value("SELECT detail ->> 'by' || ': ' || (detail ->> 'reason') FROM payment_event "
                + "WHERE type = 'provider.conflict-closed'")).isEqualTo("desk: refunded there");
    }

    @Test
    void shouldCloseOneCaseAndNotTheNextOfTheSamePayment() throws Exception {
        // Given
        close(id(), "{\"reason\":\"refunded there\"}");

        // When
        database.execute("INSERT INTO payment_event (payment_id, type, detail) VALUES (?, 'provider.conflict', '{}')", payment);

        // Then
        assertThat(due()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"reason\":\"\"}"})
    void shouldCloseNothingWithoutAReason(String body) throws Exception {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> close(id(), body));
        assertThat(due()).isEqualTo("1");
    }

    @Test
    void shouldKnowNoOtherCase() throws Exception {
        close(id(), "{\"reason\":\"once\"}");
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> close("1", "{\"reason\":\"twice\"}"));
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> close("x", "{\"reason\":\"none\"}"));
    }

    private static String id() {
        return database.value("SELECT id FROM payment_event WHERE type = 'provider.conflict'");
    }

    private String due() {
        return database.value("SELECT count(*) FROM " + handler.open().due().rows());
    }

    private JsonArray open() throws Exception {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        handler.list(exchange);
        return new JsonObject(exchange.getMessage().getBody(String.class)).getJsonArray("conflicts");
    }

    private void close(String id, String body) throws Exception {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader("id", id);
        exchange.getMessage().setHeader(AccessGuard.CALLER_HEADER, "desk");
        exchange.getMessage().setBody(body);
        handler.close(exchange);
    }
}
