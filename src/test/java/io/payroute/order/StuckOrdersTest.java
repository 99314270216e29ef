package io.payroute.order;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.order.model.OrderRole;
import io.payroute.platform.TestRoles;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class StuckOrdersTest {

    private final TestDatabase database = TestDatabase.create(OrderRole.NAME);
    private final StuckOrders stuck = new StuckOrders(TestRoles.databases(database.dataSource()));

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldListWhatFailsOrLastsAndNoOrderThatAwaitsItsCustomer() throws Exception {
        // Given
        order(1, "release", 0, "11 minutes", null);
        order(2, "await-payment", 0, "1 day", null);
        order(3, "commit", 6, "1 minute", "UNAVAILABLE");
        order(4, "pay", 5, "9 minutes", "UNAVAILABLE");
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());

        // When
        stuck.list(exchange);

        // Then
        JsonArray orders = new JsonObject(exchange.getMessage().getBody(String.class)).getJsonArray("orders");
        assertThat(orders).extracting(one -> ((JsonObject) one).getString("step")).containsExactly("release", "commit");
        assertThat(database.rows("SELECT step FROM " + stuck.watched().due().rows())).as("counted")
                .containsExactlyInAnyOrder("release", "commit");
        assertThat(orders.getJsonObject(1).getString("cause")).isEqualTo("UNAVAILABLE");
        assertThat(orders.getJsonObject(1).getInteger("failures")).isEqualTo(6);
    }

    private void order(int number, String step, int failures, String age, String reason) {
        String id = "00000000-0000-7000-8000-00000000000" + number;
        database.execute("INSERT INTO orders (id, user_id, address, method, amount_minor, currency) "
                + "VALUES (?::uuid, 'ada', 'a', 'card', 1, 'USD')", id);
        database.execute("INSERT INTO order_saga (order_id, step, failures, since, reason) "
                + "VALUES (?::uuid, ?, ?, now() - ?::interval, ?)", id, step, failures, age, reason);
    }
}
