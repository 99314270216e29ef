package io.payroute.payment.event;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.TestRoles;
import io.payroute.platform.http.Problems;
import io.payroute.provider.EventRoutes;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** POST /webhooks/{provider}: what is stored, what is published, what is answered. */
class ProviderEventRouteTest {

    private static final String EVENT = "{\"id\": \"e1\",\"type\":\"payment.completed\",\"reference\":\"sandbox_1\"}";
    private static final String ADYEN = """
            {"live":"false","notificationItems":[{"NotificationRequestItem":%s},{"NotificationRequestItem":%s}]}""";
    private static final String ADYEN_ITEM = """
            {"additionalData":{"hmacSignature":"coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},"amount":{"value":1130,\
            "currency":"EUR"},"pspReference":"7914073381342284","eventCode":"AUTHORISATION","eventDate":"%s",\
            "merchantAccountCode":"TestMerchant","merchantReference":"TestPayment-1407325143704","success":"true"}""";
    private static TestDatabase database;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private DefaultCamelContext context;
    private StoreProviderEvents store;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        Map<String, String> secrets = new HashMap<>(EventRoutes.SECRETS);
        secrets.remove("provider.paypal.webhook-secrets");
        secrets.put("provider.acme.webhook-secrets", EventRoutes.SECRET);
        context = EventRoutes.context(secrets);
        store = new StoreProviderEvents(TestRoles.databases(database.dataSource()), meters, "payments.raw", 10, 10,
                Duration.ofSeconds(10));
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("providerWebhookHandler",
                new ProviderWebhookHandler(context, EventRoutes.signatures(secrets), store));
        Routes.load(context, "payment/50-provider-events.camel.yaml");
        context.removeRouteDefinition(context.getRouteDefinition("payment-provider-event-apply"));
        AdviceWith.adviceWith(context, "payment-provider-event", route -> route.replaceFromWith("direct:webhook"));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        store.close();
    }

    @Test
    void shouldStoreAndTellOnce() {
        // When
        Exchange answer = sandbox(EVENT, EventRoutes.SECRET);
        Exchange again = sandbox(EVENT, EventRoutes.SECRET);

        // Then
        assertThat(answer.getMessage().getBody(String.class)).isEqualTo(again.getMessage().getBody(String.class))
                .isEqualTo("{\"received\":true}");
        assertThat(answer.getMessage().getHeaders()).containsOnlyKeys("Content-Type");
        assertThat(database.rows("SELECT provider, event_id, type, status, convert_from(payload, 'UTF8'), due_at <= now() "
                + "FROM provider_event")).containsExactly("sandbox e1 payment.completed waiting " + EVENT + " t");
        assertThat(database.rows("SELECT topic, convert_from(message_key, 'UTF8'), content_type, event_type, event_id = "
                + "(SELECT id::text FROM provider_event), convert_from(payload, 'UTF8') FROM outbox")).containsExactly(
                        "payments.raw.sandbox sandbox_1 application/json " + StoreProviderEvents.TYPE + " t " + EVENT);
        assertThat(meters.counter("payroute.provider.events.received", "provider", "sandbox", "outcome", "duplicate").count())
                .isEqualTo(1);
    }

    @Test
    void shouldStoreNothingUnderABadSignature() {
        // When
        Exchange answer = sandbox(EVENT, "another-secret-of-somebody");

        // Then
        assertRefused(answer, 400, "The signature does not match.");
    }

    @Test
    void shouldStoreNothingUnsigned() {
        // When
        Exchange answer = send("sandbox", EVENT, Map.of());

        // Then
        assertRefused(answer, 400, "The header Sandbox-Signature is missing.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"paypal", "nobody", "Stripe", "../stripe", "stripe?x=1", "", "stripe-events"})
    void shouldNotKnowAProviderWithoutSecretOrRoute(String provider) {
        // When
        Exchange answer = send(provider, EVENT, Map.of("Stripe-Signature", signature(EVENT, EventRoutes.SECRET)));

        // Then
        assertRefused(answer, 404, "No events are taken from this provider.");
    }

    @Test
    void shouldTakeTheNewSecretBesideTheOldOne() {
        // When
        Exchange answer = send("stripe", EVENT, Map.of("Stripe-Signature", signature(EVENT, EventRoutes.SECRET)));

        // Then
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isNull();
        assertThat(database.count("provider_event")).isEqualTo(1);
    }

    @Test
    void shouldKnowRazorpaysEventsByTheirHeader() {
        // Given
        String event = "{\"event\":\"payment.captured\",\"payload\":{\"payment\":{\"entity\":{\"id\":\"pay_1\"}}}}";
        Map<String, Object> headers = Map.of("X-Razorpay-Signature", hmac(event, EventRoutes.SECRET), "x-razorpay-event-id",
                "event-9");

        // When
        send("razorpay", event, headers);
        send("razorpay", event, headers);

        // Then
        assertThat(database.rows("SELECT event_id, type FROM provider_event")).containsExactly("event-9 payment.captured");
        assertThat(database.rows("SELECT convert_from(message_key, 'UTF8') FROM outbox")).containsExactly("pay_1");
    }

    @Test
    void shouldTakeASignatureHeaderThatTheDeclarationAloneNames() throws Exception {
        // Given
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("acme.camel.yaml", """
                - route:
                    id: provider-acme-events
                    from:
                      uri: direct:provider-acme-events
                      steps:
                        - to:
                            uri: kamelet:provider-normalizer
                            parameters:
                              provider: acme
                              signature: body-hmac
                              signatureHeader: X-Acme-Seal
                              eventId: header:X-Acme-Event
                              type: /type
                              kinds: paid=completed
                              paymentId: /id
                              reference: /id
                              unit: minor
                              amount: /amount
                              currency: /currency
                """));
        String event = "{\"type\":\"paid\",\"id\":\"acme_1\"}";

        // When
        Exchange answer = send("acme", event, Map.of("X-Acme-Seal", hmac(event, EventRoutes.SECRET), "X-Acme-Event", "e-7"));

        // Then
        assertThat(answer.getMessage().getBody(String.class)).isEqualTo("{\"received\":true}");
        assertThat(answer.getMessage().getHeaders()).containsOnlyKeys("Content-Type");
        assertThat(database.rows("SELECT provider, event_id, type FROM provider_event")).containsExactly("acme e-7 paid");
    }

    @Test
    void shouldTakeEveryItemOfABatchAndKnowItsRepetition() {
        // Given
        String batch = ADYEN.formatted(ADYEN_ITEM.formatted("2026-01-01T00:00:00Z"),
                ADYEN_ITEM.formatted("2026-01-02T00:00:00Z"));

        // When
        Exchange answer = send("adyen", batch, Map.of());

        // Then
        assertThat(answer.getMessage().getBody(String.class)).isEqualTo("[accepted]");
        assertThat(database.rows("SELECT event_id, type FROM provider_event"))
                .containsExactly("7914073381342284:AUTHORISATION:true AUTHORISATION");
        assertThat(database.rows("SELECT convert_from(payload, 'UTF8') FROM provider_event"))
                .containsExactly(ADYEN_ITEM.formatted("2026-01-01T00:00:00Z"));
    }

    @Test
    void shouldStoreNoneOfABatchWithABadItem() {
        // Given
        String good = ADYEN_ITEM.formatted("2026-01-01T00:00:00Z");

        // When
        Exchange answer = send("adyen", ADYEN.formatted(good, good.replace("1130", "1")), Map.of());

        // Then
        assertRefused(answer, 400, "The signature does not match.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "[]", "{\"type\":\"payment.completed\"}", "{\"id\":\"e1\"}",
            "{\"id\":\"a\\u0000b\",\"type\":\"payment.completed\"}"})
    void shouldPutAsideWhatIsSignedAndCannotBeRead(String event) {
        // When
        Exchange answer = sandbox(event, EventRoutes.SECRET);
        sandbox(event, EventRoutes.SECRET);

        // Then
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isNull();
        assertThat(database.rows("SELECT status, left(event_id, 7), due_at, convert_from(payload, 'UTF8') FROM provider_event"))
                .containsExactly("unreadable sha256: null " + event);
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldLetNothingOfARequestInButWhatItNeeds() throws Exception {
        // Given
        List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        AdviceWith.adviceWith(context, "payment-provider-event-store", route -> route.weaveById("to-provider-events").before()
                .process(exchange -> seen.addAll(exchange.getMessage().getHeaders().keySet())));

        // When
        send("sandbox", EVENT,
                Map.of("Sandbox-Signature", signature(EVENT, EventRoutes.SECRET), "CamelHttpUri", "http://evil",
                        "CamelToEndpoint", "direct:evil", "Idempotency-Key", "x"));

        // Then
        assertThat(seen).containsExactlyInAnyOrder("provider", "CamelHttpPath");
    }

    private void assertRefused(Exchange answer, int status, String detail) {
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(status);
        assertThat(answer.getMessage().getHeader("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.getMessage().getBody(String.class)).contains(detail);
        assertThat(database.count("provider_event")).isZero();
        assertThat(database.count("outbox")).isZero();
    }

    private Exchange sandbox(String event, String secret) {
        return send("sandbox", event, Map.of("Sandbox-Signature", signature(event, secret)));
    }

    private Exchange send(String provider, String body, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:webhook", exchange -> {
            exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
            exchange.getMessage().setHeader("CamelHttpPath", "/webhooks/" + provider);
            exchange.getMessage().setHeader("provider", provider);
            headers.forEach(exchange.getMessage()::setHeader);
        });
    }

    private static String signature(String event, String secret) {
        long now = TimeUnit.MILLISECONDS.toSeconds(Instant.now().toEpochMilli());
        return "t=" + now + ",v1=" + hmac(now + "." + event, secret);
    }

    private static String hmac(String text, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
