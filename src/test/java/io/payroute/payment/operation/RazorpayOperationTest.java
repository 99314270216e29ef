package io.payroute.payment.operation;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.provider.ProviderStandIn;
import io.payroute.payment.provider.http.ExampleStandIn;
import io.payroute.payment.provider.http.ProviderStub;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;

/** Razorpay as the example declares it. */
class RazorpayOperationTest extends ProviderOperationContract {

    private static final String PAYMENT = "/v1/payments/pay_1";
    private static final String CAPTURE = PAYMENT + "/capture";
    private static final String REFUND = PAYMENT + "/refund";

    private final ExampleStandIn standIn = ExampleStandIn.razorpay();
    private final ProviderStub razorpay = standIn.server();

    @Override
    ProviderStandIn standIn() {
        return standIn;
    }

    @Override
    void captureAndLoseTheAnswer(UUID payment, UUID operation) {
        razorpay.toPost(CAPTURE, aResponse().withFault(Fault.EMPTY_RESPONSE));
        razorpay.toGet(PAYMENT, paid());
    }

    @Override
    void refundAndLoseTheAnswer(UUID payment, UUID operation) {
        razorpay.toPost(REFUND, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        razorpay.toGet(PAYMENT + "/refunds", answer(200, "{\"items\":[" + refund(UUID.randomUUID(), "processed") + ","
                + refund(operation, "processed") + "]}"));
    }

    @Override
    void assertDoneOnce(Kind kind, UUID operation) {
        assertThat(razorpay.requests(kind == Kind.CAPTURE ? CAPTURE : REFUND)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void shouldSendARefundAgainUnderItsKeyWhenItIsNotThere() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = take(Kind.REFUND, payment, "10.00");
        razorpay.toPost(REFUND, answer(500, "{\"error\":{\"code\":\"SERVER_ERROR\"}}"));
        razorpay.toGet(PAYMENT + "/refunds", answer(200, "{\"items\":[]}"));

        // When
        carryOut(Kind.REFUND, payment);

        // Then
        assertThat(database.rows("SELECT status, reason FROM payment_operation"))
                .containsExactly("failed provider_unavailable");
        assertThat(razorpay.requests(REFUND)).hasSize(3)
                .extracting((LoggedRequest request) -> request.getHeader("X-Refund-Idempotency"))
                .containsOnly(refund.toString());
    }

    @Test
    void shouldBookACaptureThatWasRefusedBecauseItWasDoneBefore() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CAPTURE, payment, null);
        razorpay.toPost(CAPTURE, answer(400,
                "{\"error\":{\"code\":\"BAD_REQUEST_ERROR\",\"description\":\"This payment has already been captured\"}}"));
        razorpay.toGet(PAYMENT, paid());

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
    }

    @Test
    void shouldRefuseACancellation() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CANCEL, payment, null);

        // When
        carryOut(Kind.CANCEL, payment);

        // Then
        assertThat(state(payment)).isEqualTo("authorized 0 0 0");
        assertThat(database.rows("SELECT status, reason FROM payment_operation")).containsExactly("failed not_supported");
        assertThat(razorpay.requests()).isEmpty();
    }

    private static ResponseDefinitionBuilder paid() {
        return answer(200, "{\"id\":\"pay_1\",\"status\":\"captured\",\"amount\":4999,\"currency\":\"USD\"}");
    }

    private static String refund(UUID id, String status) {
        return "{\"id\":\"rfnd_%s\",\"status\":\"%s\",\"amount\":1000,\"currency\":\"USD\",\"notes\":{\"refund_id\":\"%s\"}}"
                .formatted(id, status, id);
    }
}
