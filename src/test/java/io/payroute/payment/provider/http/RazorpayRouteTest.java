package io.payroute.payment.provider.http;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.payment.provider.ProviderListing;
import io.payroute.testing.Routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;

/** The example as it is, against a server that answers as Razorpay's documentation says. */
@Timeout(60)
class RazorpayRouteTest {

    private static final String KEY = "rzp_test_1:the-secret-key";
    private static final String ORDERS = "/v1/orders";
    private static final String PAYMENTS = "/v1/payments/create/recurring";
    private static final UUID PAYMENT = UUID.fromString("01976f6e-0000-7000-8000-000000000001");
    private static final ProviderStub RAZORPAY = new ProviderStub();

    private final DefaultCamelContext context = Routes.context();

    @BeforeAll
    static void startRazorpay() {
        RAZORPAY.start();
    }

    @AfterAll
    static void stopRazorpay() {
        RAZORPAY.stop();
    }

    @BeforeEach
    void start() throws Exception {
        RAZORPAY.reset();
        ExampleProvider.load(context, "razorpay", RAZORPAY.url(), KEY);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldPayAnOrderWhoseReceiptIsThePayment() throws Exception {
        // Given
        RAZORPAY.toPost(ORDERS, answer(200, "{\"id\":\"order_1\",\"status\":\"created\"}"));
        RAZORPAY.toPost(PAYMENTS, answer(200, "{\"razorpay_payment_id\":\"pay_1\",\"razorpay_order_id\":\"order_1\"}"));

        // When
        Exchange exchange = send(charge());

        // Then
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isEqualTo(new ProviderOutcome.Pending("pay_1"));
        LoggedRequest order = RAZORPAY.requests().get(0);
        assertThat(json(order)).isEqualTo(json("""
                {"amount":4999,"currency":"INR","receipt":"%s","unique_receipt":true,"payment_capture":true,
                 "notes":{"payment_id":"%s"}}""".formatted(PAYMENT, PAYMENT)));
        assertThat(order.getHeader("Authorization"))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString(KEY.getBytes()));
        assertThat(order.getHeader("Content-Type")).startsWith("application/json");
        assertThat(json(RAZORPAY.requests().get(1))).isEqualTo(json("""
                {"email":"ada@example.com","contact":"+919000090000","amount":4999,"currency":"INR","order_id":"order_1",
                 "customer_id":"cust_1","token":"token_1","recurring":true,"notes":{"payment_id":"%s"}}""".formatted(PAYMENT)));
        assertThat(exchange.getAllProperties() + " " + exchange.getVariables() + exchange.getMessage().getHeaders())
                .doesNotContain("the-secret-key");
    }

    @Test
    void shouldAuthorizeByAnOrderThatIsNotCaptured() {
        // Given
        RAZORPAY.toPost(ORDERS, answer(200, "{\"id\":\"order_1\",\"status\":\"created\"}"));
        RAZORPAY.toPost(PAYMENTS, answer(200, "{\"razorpay_payment_id\":\"pay_1\"}"));
        RAZORPAY.toGet("/v1/payments/pay_1", answer(200, "{\"id\":\"pay_1\",\"status\":\"authorized\"}"));

        // When
        Object pending = send(call(ProviderCall.AUTHORIZE, null)).getMessage().getBody();
        Object queried = send(call(ProviderCall.AUTHORIZE, "pay_1").status(1)).getMessage().getBody();

        // Then
        assertThat(pending).isEqualTo(new ProviderOutcome.Pending("pay_1"));
        assertThat(queried).isEqualTo(new ProviderOutcome.Authorized("pay_1"));
        assertThat(RAZORPAY.requests(ORDERS).get(0).getBodyAsString()).contains("\"payment_capture\":false");
    }

    @ParameterizedTest
    @CsvSource({"400, declined", "401, not_done", "500, not_done", "404, not_done"})
    void shouldPayNothingWithoutAnOrder(int status, String word) {
        // Given
        RAZORPAY.toPost(ORDERS,
                answer(status, "{\"error\":{\"code\":\"BAD_REQUEST_ERROR\",\"reason\":\"input_validation_failed\"}}"));

        // When
        Exchange exchange = send(charge());

        // Then
        assertThat(exchange.getMessage().getBody(ProviderOutcome.class).word()).isEqualTo(word);
        assertThat(RAZORPAY.requests(PAYMENTS)).isEmpty();
    }

    @Test
    void shouldKnowThatAnOrderWithoutAnAnswerChargedNothing() {
        // Given
        RAZORPAY.toPost(ORDERS, aResponse().withFault(Fault.EMPTY_RESPONSE));

        // When
        Exchange exchange = send(charge());

        // Then
        assertThat(new ProviderFailure().outcome(exchange.getException(),
                exchange.getProperty(ProviderCall.PROPERTY, ProviderCall.class), exchange.getMessage().getBody()).word())
                .isEqualTo("not_done");
    }

    @Test
    void shouldListAPeriodPageByPage() {
        // Given
        String payment = "{\"id\":\"pay_%d\",\"status\":\"%s\",\"amount\":4999,\"currency\":\"INR\",\"amount_refunded\":%d,"
                + "\"notes\":{\"payment_id\":\"" + PAYMENT + "\"},\"created_at\":1767321845}";
        RAZORPAY.toGet("/v1/payments", answer(200, "{\"items\":[" + IntStream.range(0, 100)
                .mapToObj(i -> payment.formatted(i, "captured", 0)).collect(Collectors.joining(",")) + "]}"));
        RAZORPAY.stub(get(urlPathEqualTo("/v1/payments")).withQueryParam("skip", equalTo("100")),
                answer(200, "{\"items\":[" + payment.formatted(100, "refunded", 4999) + ",{\"id\":\"pay_x\"}]}"));

        // When
        ProviderListing.Page first = list(null);
        ProviderListing.Page second = list(first.nextCursor());

        // Then
        assertThat(first.entries()).hasSize(100);
        assertThat(first.nextCursor()).isEqualTo("100");
        assertThat(second.entries()).containsExactly(new ProviderListing.Entry("pay_100", PAYMENT, new Money(4999, "INR"),
                ProviderListing.Status.COMPLETED, 4999, 4999, List.of(), false, Instant.ofEpochSecond(1767321845)));
        assertThat(second.nextCursor()).isNull();
        assertThat(RAZORPAY.requests().get(0).getUrl())
                .isEqualTo("/v1/payments?from=1767225600&to=1767312000&count=100&skip=0");
    }

    private ProviderListing.Page list(String cursor) {
        return context.createProducerTemplate().send("direct:provider-razorpay", exchange -> {
            exchange.getMessage().setHeader("operation", ProviderListing.OPERATION);
            exchange.getMessage().setBody(new ProviderListing.Query(Instant.parse("2026-01-01T00:00:00Z"),
                    Instant.parse("2026-01-02T00:00:00Z"), cursor));
        }).getMessage().getBody(ProviderListing.Page.class);
    }

    private static Object json(LoggedRequest request) throws Exception {
        return json(request.getBodyAsString());
    }

    private static Object json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    private static ProviderCall charge() {
        return call(ProviderCall.CHARGE, null);
    }

    private static ProviderCall call(String operation, String reference) {
        return new ProviderCall(operation, null, PAYMENT.toString(), PAYMENT, reference, new Money(4999, "INR"),
                "token_1", 1, null, new ProviderCall.Payer("cust_1", "ada@example.com", null));
    }

    private Exchange send(ProviderCall call) {
        return context.createProducerTemplate().send("direct:provider-razorpay", exchange -> {
            exchange.setProperty(ProviderCall.PROPERTY, call);
            exchange.getMessage().setHeader("X-Evil", "1");
            call.describe(exchange.getMessage()::setHeader);
            exchange.getMessage().setBody(call);
        });
    }
}
