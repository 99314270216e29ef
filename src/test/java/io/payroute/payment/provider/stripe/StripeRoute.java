package io.payroute.payment.provider.stripe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
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

import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.intent;
import static org.assertj.core.api.Assertions.assertThat;

/** The route as it is, against a server that answers as Stripe does. */
@Timeout(60)
abstract class StripeRoute {

    static final String KEY = "sk_test_abc12345secret";
    static final String INTENTS = "/v1/payment_intents";
    static final UUID PAYMENT = UUID.fromString("01976f6e-0000-7000-8000-000000000001");
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    static final StripeStub STRIPE = new StripeStub();

    DefaultCamelContext context;

    @BeforeAll
    static void startStripe() {
        STRIPE.start();
    }

    @AfterAll
    static void stopStripe() {
        STRIPE.stop();
    }

    @BeforeEach
    void start() throws Exception {
        STRIPE.reset();
        startRoute(STRIPE.url(), TIMEOUT);
    }

    void startRoute(String url, Duration readTimeout) throws Exception {
        context = Routes.context();
        context.getPropertiesComponent().addOverrideProperty("payment.provider.stripe.base-url", url);
        context.getPropertiesComponent().addOverrideProperty("payment.provider.stripe.threads", "2");
        TestStripe.bindClient(context, readTimeout);
        context.getRegistry().bind("stripeProvider", TestStripe.provider(KEY, url));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/provider-stripe.camel.yaml");
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    /** A server error, and then nobody listens any more. */
    static void answerOnce(ServerSocket server) {
        try (Socket connection = server.accept()) {
            server.close();
            connection.getInputStream().read(new byte[8192]);
            connection.getOutputStream().write(("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
                    .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String found(String id, String status) {
        return intent(id, status).replace("\"object\"", "\"metadata\":{\"payment_id\":\"" + PAYMENT + "\"},\"object\"");
    }

    static ProviderCall call(String operation) {
        return new ProviderCall(operation, null, PAYMENT.toString(), PAYMENT, null, new Money(4999, "USD"), "pm_card_visa", 1);
    }

    /** An operation on a payment that Stripe knows. */
    static ProviderCall later(String operation) {
        return new ProviderCall(operation, null, "operation-1", PAYMENT, "pi_1", new Money(1200, "USD"), "card", 1);
    }

    static ProviderCall statusQuery(String operation, String reference, Duration keyAge) {
        return new ProviderCall(ProviderCall.STATUS, operation, PAYMENT.toString(), PAYMENT, reference, new Money(4999, "USD"),
                "pm_card_visa", 1, keyAge);
    }

    ProviderOutcome outcome(ProviderCall call) {
        Exchange exchange = send(call, Map.of(), null);
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(ProviderOutcome.class);
    }

    /** As route payment-charge does it. */
    static ProviderOutcome settled(Exchange exchange) {
        assertThat(exchange.getException()).isNotNull();
        return new ProviderFailure().outcome(exchange.getException(),
                exchange.getProperty(ProviderCall.PROPERTY, ProviderCall.class), exchange.getMessage().getBody());
    }

    Exchange send(ProviderCall call, Map<String, Object> headers, Long until) {
        return context.createProducerTemplate().send("direct:provider-stripe", exchange -> {
            exchange.setProperty(ProviderCall.PROPERTY, call);
            if (until != null) {
                exchange.setProperty(ProviderCall.UNTIL, until);
            }
            exchange.getMessage().getHeaders().putAll(headers);
            exchange.getMessage().setHeader("operation", call.operation());
            exchange.getMessage().setBody(call);
        });
    }
}
