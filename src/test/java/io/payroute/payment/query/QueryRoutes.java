package io.payroute.payment.query;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

import io.payroute.payment.TestPayments;
import io.payroute.platform.http.Problems;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

/** The routes that read, as they are. */
abstract class QueryRoutes {

    static TestDatabase database;

    final DefaultCamelContext context = Routes.context();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("paymentHandler",
                TestPayments.endpoint(database));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/40-query.camel.yaml");
        for (String verb : List.of("get", "list", "events", "stats")) {
            AdviceWith.adviceWith(context, "payment-" + verb, route -> route.replaceFromWith("direct:" + verb));
        }
        context.start();
        database.clear();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    /** @return its id */
    static String insert(String user, long minor, String currency, int second) {
        UUID id = UUID.randomUUID();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, created_at) VALUES "
                + "(?, ?, ?, ?, 'card', 'sandbox', 'epoch'::timestamptz + make_interval(secs => ?))", id, user, minor, currency,
                second);
        return id.toString();
    }

    static Map<String, Object> with(Map<String, Object> headers, String name, Object value) {
        Map<String, Object> all = new HashMap<>(headers);
        all.put(name, value);
        return all;
    }

    static JsonObject body(Exchange answer) {
        return new JsonObject(answer.getMessage().getBody(String.class));
    }

    static int status(Exchange answer) {
        return answer.getMessage().getHeader("CamelHttpResponseCode", 200, Integer.class);
    }

    Exchange get(String id) {
        return call("get", Map.of("id", id));
    }

    Exchange call(String verb, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:" + verb, exchange -> {
            exchange.getMessage().getHeaders().putAll(headers);
            exchange.getMessage().setHeader("CamelHttpUri", "http://evil");
        });
    }
}
