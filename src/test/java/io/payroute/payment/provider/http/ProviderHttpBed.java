package io.payroute.payment.provider.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.testing.Routes;

/** The kamelet by itself, with a provider that a test declares. */
@Timeout(60)
abstract class ProviderHttpBed {

    static final UUID PAYMENT = UUID.fromString("01976f6e-0000-7000-8000-000000000001");
    static final ProviderStub ACME = new ProviderStub();

    final DefaultCamelContext context = Routes.context();
    final Map<String, String> config = new HashMap<>();
    final Map<String, String> declared = new LinkedHashMap<>();

    @BeforeAll
    static void startServer() {
        ACME.start();
    }

    @AfterAll
    static void stopServer() {
        ACME.stop();
    }

    @BeforeEach
    void declare() {
        ACME.reset();
        config.put("payment.provider.acme.base-url", ACME.url() + "/api");
        config.put("payment.provider.acme.api-key", "the-secret-key");
        config.put("payment.provider.acme.read-timeout", "1s");
        declared.put("provider", "acme");
        declared.put("path", "/charges");
        declared.put("keyHeader", "Idempotency-Key");
        declared.put("status", "/state");
        declared.put("outcomes", "200/paid=completed, 200/refused=declined, 402=declined, 401=not_done");
        declared.put("reference", "/id");
        declared.put("reason", "/why");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    void start() throws Exception {
        config.forEach(context.getPropertiesComponent()::addOverrideProperty);
        ExampleProvider.bind(context, config);
        String parameters = declared.entrySet().stream().map(one -> "              " + one.getKey() + ": |-\n"
                + one.getValue().indent(16)).collect(Collectors.joining());
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("acme.camel.yaml", """
                - route:
                    id: provider-acme
                    from:
                      uri: direct:provider-acme
                      steps:
                        - to:
                            uri: kamelet:provider-http
                            parameters:
                """ + parameters));
        context.start();
    }

    static ProviderCall call(String operation, String method, Duration age) {
        return new ProviderCall(operation, null, "key-1", PAYMENT, null, new Money(4999, "USD"), method, 1, age,
                new ProviderCall.Payer("user-1", "ada@example.com", null));
    }

    static ProviderCall status(String queried, Duration age) {
        return call(queried, "card", age).status(1);
    }

    ProviderOutcome outcome(ProviderCall call) {
        Exchange exchange = send(call);
        return exchange.getException() == null
                ? exchange.getMessage().getBody(ProviderOutcome.class)
                : new ProviderFailure().outcome(exchange.getException(),
                        exchange.getProperty(ProviderCall.PROPERTY, ProviderCall.class), exchange.getMessage().getBody());
    }

    Exchange send(ProviderCall call) {
        return context.createProducerTemplate().send("direct:provider-acme", exchange -> prepare(exchange, call));
    }

    static void prepare(Exchange exchange, ProviderCall call) {
        exchange.setProperty(ProviderCall.PROPERTY, call);
        exchange.getMessage().setHeader("X-Evil", "1");
        call.describe(exchange.getMessage()::setHeader);
        exchange.getMessage().setBody(call);
    }
}
