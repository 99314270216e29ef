package io.payroute.payment.conflict;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

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
import static org.awaitility.Awaitility.await;

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
                + "'{\"provider\":\"stripe\",\"operation\":\"charge\",\"amount_minor\":999,\"asked_minor\":777}', now() - interval '30 days')",
                payment);
    }

    @Test
    void shouldShowWhatTheProviderDid() throws Exception {
        assertThat(open()).hasSize(1);
        assertThat(open().getJsonObject(0).getString("payment_id")).isEqualTo(payment.toString());
        assertThat(open().getJsonObject(0).getString("amount")).isEqualTo("7.77");
        assertThat(open().getJsonObject(0).getString("moved")).isEqualTo("9.99");
        assertThat(open().getJsonObject(0).getString("cause")).isEqualTo("charge of 9.99 EUR, where 7.77 EUR was asked for");
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
        assertThat(listed().getJsonArray("closed")).singleElement().satisfies(one -> {
            assertThat(((JsonObject) one).getString("by")).isEqualTo("desk");
            assertThat(((JsonObject) one).getString("reason")).isEqualTo("refunded there");
            assertThat(((JsonObject) one).getString("cause")).contains("9.99 EUR");
        });
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

    @Test
    void shouldBeClosedByOneOfTwoAtOnce() throws Exception {
        // Given
        String id = id();
        ExecutorService other = Executors.newSingleThreadExecutor();
        Future<Boolean> second;

        // When
        try (Connection uncommitted = database.dataSource().getConnection()) {
            uncommitted.setAutoCommit(false);
            close(new ConflictHandler(TestRoles.databases(held(uncommitted))), id, "{\"reason\":\"first\"}");
            second = other.submit(() -> closes(id));
            await().until(
                    () -> second.isDone() || !"0".equals(database.value("SELECT count(*) FROM pg_locks WHERE NOT granted")));
            uncommitted.commit();
        }

        // Then
        assertThat(second.get()).isFalse();
        other.shutdown();
        assertThat(database.rows("SELECT detail ->> 'reason' FROM payment_event WHERE type = 'provider.conflict-closed'"))
                .containsExactly("first");
    }

    @Test
    void shouldOpenNothingByAnUpgradeThatWasNobodysAnyMore() {
        // Given
        TestDatabase earlier = TestDatabase.earlier("payment", "27");
        earlier.execute("""
                INSERT INTO payment (id, user_id, amount_minor, currency, method, status, provider)
                VALUES (?, 'u1', 777, 'EUR', 'card', 'pending', 'sandbox')""", payment);
        earlier.execute("""
                INSERT INTO payment_event (payment_id, type, detail, at) VALUES
                (?, 'provider.conflict', '{"provider":"old"}', now() - interval '8 days'),
                (?, 'provider.conflict', '{"provider":"closed"}', now() - interval '2 days'),
                (?, 'provider.conflict', '{"provider":"young"}', now() - interval '6 days')""", payment, payment, payment);
        earlier.execute("""
                INSERT INTO payment_event (payment_id, type, detail)
                SELECT payment_id, 'provider.conflict-closed', jsonb_build_object('conflict', id, 'by', 'desk', 'reason', 'done')
                FROM payment_event WHERE detail ->> 'provider' = 'closed'""");

        // When
        earlier.migrate("payment");

        // Then
        assertThat(earlier.rows("SELECT detail ->> 'provider' FROM " + handler.open().due().rows())).containsExactly("young");
        assertThat(earlier.rows("SELECT c.detail ->> 'provider' || ' ' || (d.detail ->> 'by') FROM payment_event d "
                + "JOIN payment_event c ON c.id = (d.detail ->> 'conflict')::bigint ORDER BY 1"))
                .containsExactly("closed desk", "old upgrade");
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
        return listed().getJsonArray("conflicts");
    }

    private JsonObject listed() throws Exception {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        handler.list(exchange);
        return new JsonObject(exchange.getMessage().getBody(String.class));
    }

    private boolean closes(String id) throws Exception {
        try {
            close(id, "{\"reason\":\"refunded there\"}");
            return true;
        } catch (Refusal closedAlready) {
            return false;
        }
    }

    /** Gives this connection alone, and leaves it open. */
    private static DataSource held(Connection connection) {
        ClassLoader loader = ConflictHandlerTest.class.getClassLoader();
        Object open = Proxy.newProxyInstance(loader, new Class<?>[]{Connection.class},
                (proxy, method, given) -> method.getName().equals("close") ? null : method.invoke(connection, given));
        return (DataSource) Proxy.newProxyInstance(loader, new Class<?>[]{DataSource.class}, (proxy, method, given) -> open);
    }

    private void close(String id, String body) throws Exception {
        close(handler, id, body);
    }

    private static void close(ConflictHandler handler, String id, String body) throws Exception {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader("id", id);
        exchange.getMessage().setHeader(AccessGuard.CALLER_HEADER, "desk");
        exchange.getMessage().setBody(body);
        handler.close(exchange);
    }
}
