package io.payroute.payment.webhook;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
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

import io.payroute.platform.TestRoles;
import io.payroute.platform.access.OutboundGuard;
import io.payroute.platform.http.Problems;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** The routes of endpoints, as they are. */
abstract class EndpointRoutes {

    /** Well-formed, and of the year 999999999. */
    static final String FAR_CURSOR = "cursor=Kzk5OTk5OTk5OS0xMi0zMVQyMzo1OTo1OVovMDFhMWZkMGEtMWRkYS03MWFkLWJlODUtYjM1MzEzNmU2MTFk";

    static final String URL = "https://shop.example.com/hooks";
    static TestDatabase database;

    final DefaultCamelContext context = Routes.context();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        WebhookEndpoints endpoints = new WebhookEndpoints(TestRoles.databases(database.dataSource()), TestWebhooks.SECRETS,
                TestWebhooks.settings());
        OutboundGuard guard = new OutboundGuard(false, List.of(), host -> new InetAddress[]{
                InetAddress.getByName(host.equals("intranet.example.com") ? "10.0.0.1" : "93.184.215.14")});
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("webhookEndpointHandler",
                new WebhookEndpointHandler(endpoints, guard, TestWebhooks.SECRETS));
        context.getRegistry().bind("webhookDeliveryHandler",
                new WebhookDeliveryHandler(new WebhookDeliveries(TestRoles.databases(database.dataSource()))));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/60-webhook-endpoints.camel.yaml");
        for (String route : List.of("create", "list", "get", "change", "patch", "delete", "rotate", "deliveries",
                "redeliver-one",
                "redeliver")) {
            AdviceWith.adviceWith(context, "payment-webhook-" + route, advice -> advice.replaceFromWith("direct:" + route));
        }
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    String secret(String query, JsonObject endpoint) {
        UUID id = UUID.fromString(endpoint.getString("id"));
        String hex = database.value("SELECT encode((" + query + "), 'hex')");
        return WebhookSecret.open(TestWebhooks.SECRETS, id, java.util.HexFormat.of().parseHex(hex)).text();
    }

    static List<String> ids(JsonObject page) {
        return page.getJsonArray("deliveries").stream().map(one -> ((JsonObject) one).getString("id")).toList();
    }

    JsonObject made() {
        return endpoint(call("create", new JsonObject().put("url", URL), Map.of()));
    }

    Exchange get(String id, String caller) {
        return call("get", null, Map.of("id", id, "X-Payroute-Caller", caller));
    }

    Exchange call(String route, JsonObject body, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:" + route, exchange -> {
            Map<String, Object> all = new HashMap<>(Map.of("X-Payroute-Caller", "shop", "CamelHttpPath", "/x"));
            all.putAll(headers);
            exchange.getMessage().setHeaders(all);
            exchange.getMessage().setBody(body == null ? null : body.encode().getBytes(StandardCharsets.UTF_8));
        });
    }

    static int status(Exchange answer) {
        assertThat(answer.getException()).isNull();
        return answer.getMessage().getHeader("CamelHttpResponseCode", Integer.class);
    }

    static String text(Exchange answer) {
        return answer.getMessage().getBody(String.class);
    }

    static JsonObject endpoint(Exchange answer) {
        return new JsonObject(text(answer)).getJsonObject("webhook_endpoint");
    }
}
