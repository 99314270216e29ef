package io.payroute.payment;

import java.util.Map;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.http.Problems;
import io.payroute.runtime.TestRoles;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class QueryRouteTest {

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("paymentEndpoint",
                new PaymentEndpoint(new FindPayments(TestRoles.databases(database.dataSource()))));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/40-query.camel.yaml");
        AdviceWith.adviceWith(context, "payment-get", route -> route.replaceFromWith("direct:get"));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldShowAPayment() {
        // Given
        UUID id = UUID.randomUUID();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'JPY', 'card', 'sandbox')", id);

        // When
        Exchange answer = get(id.toString());

        // Then
        JsonObject payment = new JsonObject(answer.getMessage().getBody(String.class)).getJsonObject("payment");
        assertThat(payment.getString("id")).isEqualTo(id.toString());
        assertThat(payment.getString("status")).isEqualTo("pending");
        assertThat(payment.getString("currency")).isEqualTo("JPY");
        assertThat(payment.getInteger("amount")).isEqualTo(4999);
        assertThat(payment.getLong("amount_minor")).isEqualTo(4999);
        assertThat(payment.getString("description")).isEmpty();
        assertThat(payment.fieldNames()).doesNotContain("reason", "email", "processed_at");
        assertThat(answer.getMessage().getHeaders()).containsOnlyKeys("Content-Type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "7", "no-uuid", "' OR 1=1 --", "../../etc/passwd"})
    void shouldNotFindWhatDoesNotExist(String id) {
        // When
        Exchange answer = get(id);

        // Then
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(404);
        assertThat(answer.getMessage().getHeader("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.getMessage().getBody(String.class)).contains("There is no payment with this id.");
    }

    private Exchange get(String id) {
        return context.createProducerTemplate().send("direct:get",
                exchange -> exchange.getMessage().getHeaders().putAll(Map.of("id", id, "CamelHttpUri", "http://evil")));
    }
}
