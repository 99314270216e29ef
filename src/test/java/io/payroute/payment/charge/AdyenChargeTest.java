package io.payroute.payment.charge;

import java.util.UUID;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.provider.ProviderStandIn;
import io.payroute.payment.provider.http.ExampleStandIn;
import io.payroute.payment.provider.http.ProviderStub;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;

/** Adyen Checkout as the example declares it: the same request under the same key, whatever becomes of its answer. */
class AdyenChargeTest extends ProviderChargeContract {

    private static final String PAYMENTS = "/v71/payments";

    private final ExampleStandIn standIn = ExampleStandIn.adyen();
    private final ProviderStub adyen = standIn.server();

    @Override
    ProviderStandIn standIn() {
        return standIn;
    }

    @Override
    String method() {
        return "8415718415172204";
    }

    private void first(ResponseDefinitionBuilder first, ResponseDefinitionBuilder then) {
        adyen.stub(post(urlPathEqualTo(PAYMENTS)).inScenario("payment").whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("known"), first);
        adyen.stub(post(urlPathEqualTo(PAYMENTS)).inScenario("payment").whenScenarioStateIs("known"), then);
    }

    private ResponseDefinitionBuilder result(String code) {
        return answer(200, "{\"pspReference\":\"" + standIn.reference() + "\",\"resultCode\":\"" + code + "\"}");
    }

    @Override
    void chargeAndLoseTheAnswer() {
        first(aResponse().withFault(Fault.EMPTY_RESPONSE), result("Authorised"));
    }

    @Override
    void declineAndLoseTheAnswer() {
        first(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), answer(200, """
                {"pspReference":"993617895215577D","resultCode":"Refused","refusalReasonCode":"12",
                 "refusalReason":"Insufficient funds"}"""));
    }

    @Override
    void limitTheRateOnce() {
        first(answer(429, "{\"status\":429,\"errorCode\":\"000\"}"), result("Authorised"));
    }

    @Override
    void decideLater() {
        first(result("Pending"), result("Authorised"));
    }

    @Override
    void fail() {
        adyen.toPost(PAYMENTS, answer(500, "{\"status\":500,\"errorCode\":\"000\"}").withHeader("transient-error", "true"));
    }

    @Override
    void assertChargedOnce(UUID payment) {
        assertThat(adyen.requests()).isNotEmpty().extracting(request -> request.getHeader("Idempotency-Key"))
                .containsOnly(payment.toString());
        assertThat(adyen.requests().get(0).getBodyAsString()).contains("\"shopperReference\":\"user-1\"");
        assertThat(adyen.requests()).extracting(LoggedRequest::getBodyAsString)
                .containsOnly(adyen.requests().get(0).getBodyAsString());
    }
}
