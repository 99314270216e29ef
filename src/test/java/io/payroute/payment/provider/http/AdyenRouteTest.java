package io.payroute.payment.provider.http;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderListing;
import io.payroute.testing.Routes;

import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;

/** The example as it is, against a server that answers as Adyen's documentation says. */
@Timeout(60)
class AdyenRouteTest {

    private static final String PAYMENTS = "/v71/payments";
    private static final UUID PAYMENT = UUID.fromString("01976f6e-0000-7000-8000-000000000001");
    private static final ProviderStub ADYEN = new ProviderStub();

    private final DefaultCamelContext context = Routes.context();

    @BeforeAll
    static void startAdyen() {
        ADYEN.start();
    }

    @AfterAll
    static void stopAdyen() {
        ADYEN.stop();
    }

    @BeforeEach
    void start() throws Exception {
        ADYEN.reset();
        ExampleProvider.load(context, "adyen", ADYEN.url(), "the-api-key");
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @ParameterizedTest
    @CsvSource({"charge, false, completed", "authorize, true, authorized"})
    void shouldPayWithAStoredPaymentMethod(String operation, String manual, String word) throws Exception {
        // Given
        ADYEN.toPost(PAYMENTS, answer(200, "{\"pspReference\":\"993617895215577D\",\"resultCode\":\"Authorised\"}"));

        // When
        ProviderOutcome outcome = outcome(call(operation, null, new Money(4999, "ISK")));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(outcome.detail()).isEqualTo("993617895215577D");
        LoggedRequest request = ADYEN.requests().get(0);
        assertThat(new ObjectMapper().readTree(request.getBodyAsString())).isEqualTo(new ObjectMapper().readTree("""
                {"merchantAccount":"YourMerchantAccount","reference":"%s","amount":{"value":499900,"currency":"ISK"},
                 "paymentMethod":{"type":"scheme","storedPaymentMethodId":"8415718415172204"},"shopperReference":"user-1",
                 "shopperInteraction":"ContAuth","recurringProcessingModel":"UnscheduledCardOnFile",
                 "additionalData":{"manualCapture":"%s"}}""".formatted(PAYMENT, manual)));
        assertThat(request.getHeader("X-API-Key")).isEqualTo("the-api-key");
        assertThat(request.getHeader("Idempotency-Key")).isEqualTo("key-1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
            "200; 'resultCode':'Refused','refusalReasonCode':'2','refusalReason':'Refused'; declined refused",
            "200; 'resultCode':'Refused','refusalReasonCode':'9','refusalReason':'Issuer Unavailable'; declined_softly issuer_unavailable",
            "200; 'resultCode':'Pending'; pending PSP", "200; 'resultCode':'Received'; pending PSP",
            "200; 'resultCode':'RedirectShopper'; declined redirectshopper",
            "200; 'resultCode':'Unheard'; unanswered HTTP 200 unheard",
            "401; 'errorCode':'000'; not_done 000", "422; 'errorCode':'14_0408'; declined 14_0408",
            "422; 'errorCode':'704'; unanswered HTTP 422 704", "500; 'errorCode':'000'; unanswered HTTP 500"})
    void shouldReadItsResults(int status, String json, String expected) {
        // Given
        ADYEN.toPost(PAYMENTS, answer(status, ("{'pspReference':'PSP'," + json + "}").replace('\'', '"')));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE, null, new Money(4999, "USD")));

        // Then
        assertThat(outcome.word() + ' ' + outcome.detail()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"capture, captures", "cancel, cancels", "refund, refunds"})
    void shouldRequestModifications(String operation, String path) {
        // Given
        ADYEN.toPost(PAYMENTS + "/PSP/" + path, answer(201, "{\"pspReference\":\"MOD\",\"status\":\"received\"}"));

        // When
        ProviderOutcome outcome = outcome(call(operation, "PSP", new Money(1200, "USD")));
        ProviderOutcome queried = outcome(call(operation, "PSP", new Money(1200, "USD")).status(1));

        // Then
        assertThat(outcome).isEqualTo(queried).isEqualTo(new ProviderOutcome.Pending("MOD"));
        assertThat(ADYEN.requests()).hasSize(2).extracting(request -> request.getHeader("Idempotency-Key"))
                .containsOnly("key-1");
    }

    @Test
    void shouldSayThatItHasNoList() {
        // When
        Exchange exchange = context.createProducerTemplate().send("direct:provider-adyen", list -> {
            list.getMessage().setHeader("operation", ProviderListing.OPERATION);
            list.getMessage().setBody(new ProviderListing.Query(Instant.EPOCH, Instant.EPOCH, null));
        });

        // Then
        assertThat(exchange.getException()).hasMessage("Provider adyen declares no list.");
    }

    private static ProviderCall call(String operation, String reference, Money money) {
        return new ProviderCall(operation, null, "key-1", PAYMENT, reference, money, "8415718415172204", 1,
                Duration.ofMinutes(1), new ProviderCall.Payer("user-1", null, null));
    }

    private ProviderOutcome outcome(ProviderCall call) {
        return context.createProducerTemplate().send("direct:provider-adyen", exchange -> {
            exchange.setProperty(ProviderCall.PROPERTY, call);
            call.describe(exchange.getMessage()::setHeader);
            exchange.getMessage().setBody(call);
        }).getMessage().getBody(ProviderOutcome.class);
    }
}
