package io.payroute.payment.charge;

import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;

import io.payroute.payment.provider.ProviderStandIn;
import io.payroute.payment.provider.http.ExampleStandIn;
import io.payroute.payment.provider.http.ProviderStub;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;

/** Razorpay as the example declares it: an order for each payment, which takes one payment. */
class RazorpayChargeTest extends ProviderChargeContract {

    private static final String ORDERS = "/v1/orders";
    private static final String PAY = "/v1/payments/create/recurring";
    private static final String PAYMENTS = ORDERS + "/order_1/payments";
    private static final String PAID = "{\"id\":\"pay_1\",\"status\":\"%s\",\"amount\":4999,\"currency\":\"INR\",\"error_reason\":%s}";

    private final ExampleStandIn standIn = ExampleStandIn.razorpay();
    private final ProviderStub razorpay = standIn.server();

    @Override
    ProviderStandIn standIn() {
        return standIn;
    }

    @BeforeEach
    void order() {
        razorpay.toPost(ORDERS, answer(200, "{\"id\":\"order_1\",\"status\":\"created\"}"));
    }

    @Override
    String method() {
        return "token_1";
    }

    @Override
    String currency() {
        return "INR";
    }

    private static ResponseDefinitionBuilder paid(String status, String reason) {
        return answer(200, "{\"items\":[" + PAID.formatted(status, reason) + "]}");
    }

    @Override
    void chargeAndLoseTheAnswer() {
        razorpay.toPost(PAY, aResponse().withFault(Fault.EMPTY_RESPONSE));
        razorpay.toGet(PAYMENTS, paid("captured", "null"));
    }

    @Override
    void declineAndLoseTheAnswer() {
        razorpay.toPost(PAY, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        razorpay.toGet(PAYMENTS, paid("failed", "\"insufficient_funds\""));
    }

    @Override
    void limitTheRateOnce() {
        razorpay.stub(post(urlPathEqualTo(PAY)).inScenario("rate").whenScenarioStateIs(Scenario.STARTED).willSetStateTo("free"),
                answer(429, "{\"error\":{\"code\":\"BAD_REQUEST_ERROR\"}}"));
        razorpay.stub(post(urlPathEqualTo(PAY)).inScenario("rate").whenScenarioStateIs("free"),
                answer(200, "{\"razorpay_payment_id\":\"pay_1\"}"));
        razorpay.toGet("/v1/payments/pay_1", answer(200, PAID.formatted("captured", "null")));
    }

    @Override
    void decideLater() {
        razorpay.toPost(PAY, answer(200, "{\"razorpay_payment_id\":\"pay_1\"}"));
        razorpay.toGet("/v1/payments/pay_1", answer(200, PAID.formatted("captured", "null")));
    }

    @Override
    void fail() {
        razorpay.stub(any(anyUrl()).atPriority(1), answer(500, "{\"error\":{\"code\":\"SERVER_ERROR\"}}"));
        razorpay.stub(post(urlPathEqualTo(ORDERS)).atPriority(0), answer(200, "{\"id\":\"order_1\"}"));
    }

    /** The receipt makes every order the same one, and an order takes one payment. */
    @Override
    void assertChargedOnce(UUID payment) {
        assertThat(razorpay.requests(ORDERS)).isNotEmpty().allSatisfy(order -> assertThat(order.getBodyAsString())
                .contains("\"receipt\":\"" + payment + "\",\"unique_receipt\":true"));
        assertThat(razorpay.requests(PAY))
                .allSatisfy(paid -> assertThat(paid.getBodyAsString()).contains("\"order_id\":\"order_1\""))
                .filteredOn(paid -> razorpay.answered(paid) != 429).hasSizeLessThanOrEqualTo(1);
    }
}
