package io.payroute.payment.operation;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.provider.ProviderStandIn;
import io.payroute.payment.provider.stripe.StripeStandIn;
import io.payroute.payment.provider.stripe.StripeStub;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentStatusUpdated;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;

/** Captures, cancellations and refunds at Stripe, whose server errors are kept under their key. */
class StripeOperationTest extends ProviderOperationContract {

    private static final String INTENT = "/v1/payment_intents/pi_1";
    private static final String CAPTURE = INTENT + "/capture";
    private static final String REFUNDS = "/v1/refunds";

    private final StripeStandIn standIn = new StripeStandIn();
    private final StripeStub stripe = standIn.server();

    @Override
    ProviderStandIn standIn() {
        return standIn;
    }

    @Override
    void captureAndLoseTheAnswer(UUID payment, UUID operation) {
        stripe.toPost(CAPTURE, aResponse().withFault(Fault.EMPTY_RESPONSE));
        stripe.toGet(INTENT, intent("succeeded", 4999));
    }

    @Override
    void refundAndLoseTheAnswer(UUID payment, UUID operation) {
        stripe.toPost(REFUNDS, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        stripe.toGet(REFUNDS, ok("""
                {"data":[{"id":"re_1","status":"succeeded","amount":1000,"currency":"usd","metadata":{"refund_id":"%s"}}]}"""
                .formatted(operation)));
    }

    @Override
    void assertDoneOnce(Kind kind, UUID operation) {
        assertThat(stripe.requests()).filteredOn(request -> request.getMethod().getName().equals("POST"))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void shouldBookACaptureThatStripeMadeAndAnsweredWithAServerError() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CAPTURE, payment, null);
        stripe.toPost(CAPTURE, serverError());
        stripe.toGet(INTENT, intent("succeeded", 4999));

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
        assertThat(database.rows("SELECT status, amount_minor FROM payment_operation")).containsExactly("succeeded 4999");
        assertThat(stripe.requests()).hasSize(2);
    }

    @Test
    void shouldCaptureUnderAnotherKeyWhatAServerErrorHadPrevented() throws Exception {
        // Given
        UUID payment = payment("authorized");
        String id = take(Kind.CAPTURE, payment, "15.00").toString();
        stripe.stub(post(urlPathEqualTo(CAPTURE)).withHeader("Idempotency-Key", equalTo(id)), serverError());
        stripe.toGet(INTENT, intent("requires_capture", 0));
        stripe.stub(post(urlPathEqualTo(CAPTURE)).withHeader("Idempotency-Key", equalTo(id + "-2")), intent("succeeded", 1500));

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("completed 1500 0 0");
        assertThat(database.rows("SELECT operation, outcome FROM provider_call ORDER BY id")).containsExactly(
                "capture unanswered", "status not_done", "capture completed");
    }

    @Test
    void shouldBookWhatWasTakenAndTellTheDifference() throws Exception {
        // Given
        UUID payment = payment("authorized");
        UUID capture = take(Kind.CAPTURE, payment, null);
        stripe.toPost(CAPTURE, error(400, "invalid_request_error", "\"code\":\"payment_intent_unexpected_state\","
                + "\"payment_intent\":" + json("succeeded", 4000)));

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("completed 4000 0 0");
        assertThat(database.rows("SELECT status, amount_minor FROM payment_operation")).containsExactly("succeeded 4000");
        assertThat(database.rows("SELECT type, detail->>'operation_id', detail->>'operation', detail->>'asked_minor', "
                + "detail->>'amount_minor' FROM payment_event"))
                .containsExactly("operation.differs " + capture + " capture 4999 4000");
        assertThat(told().getCapturedMinor()).isEqualTo(4000);
    }

    @Test
    void shouldTellAConflictWhereMoreWasTakenThanReserved() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CAPTURE, payment, null);
        stripe.toPost(CAPTURE, intent("succeeded", 6000));

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
        assertThat(database.rows("SELECT type, detail->>'operation', detail->>'amount_minor' FROM payment_event"))
                .containsExactly("provider.conflict capture 6000");
    }

    @Test
    void shouldBookACancellationThatStripeMadeAndAnsweredWithAServerError() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CANCEL, payment, null);
        stripe.toPost(INTENT + "/cancel", serverError());
        stripe.toGet(INTENT, intent("canceled", 0));

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("cancelled 0 0 0");
        assertThat(database.count("payment_event")).isZero();
    }

    @Test
    void shouldBookARefundThatStripeMadeAndAnsweredWithAServerError() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = take(Kind.REFUND, payment, "10.00");
        stripe.toPost(REFUNDS, serverError());
        stripe.stub(get(urlPathEqualTo(REFUNDS)).withQueryParam("payment_intent", equalTo("pi_1")), ok("""
                {"data":[{"id":"re_1","status":"succeeded","amount":900,"currency":"usd","metadata":{"refund_id":"%s"}}]}"""
                .formatted(refund)));

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("partially_refunded 4999 900 900");
        assertThat(database.rows("SELECT status, amount_minor, provider_reference FROM payment_operation"))
                .containsExactly("succeeded 900 re_1");
        assertThat(database.rows("SELECT type, detail->>'asked_minor', detail->>'amount_minor' FROM payment_event"))
                .containsExactly("operation.differs 1000 900");
    }

    @Test
    void shouldGiveUpARefundThatAServerErrorPreventsForEver() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = take(Kind.REFUND, payment, "10.00");
        stripe.toPost(REFUNDS, serverError());
        stripe.toGet(REFUNDS, ok("{\"data\":[],\"has_more\":false}"));

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
        assertThat(database.rows("SELECT status, reason FROM payment_operation"))
                .containsExactly("failed provider_unavailable");
        assertThat(stripe.requests()).filteredOn(request -> request.getMethod().getName().equals("POST")).hasSize(3)
                .extracting((LoggedRequest request) -> request.getHeader("Idempotency-Key")).containsOnly(refund.toString());
    }

    @Test
    void shouldLeaveOpenWhatStripeCannotBeQueriedFor() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CAPTURE, payment, null);
        stripe.toPost(CAPTURE, serverError());
        stripe.stub(
                get(urlPathEqualTo(INTENT)).inScenario("unavailable").whenScenarioStateIs(Scenario.STARTED)
                        .willSetStateTo("back"),
                serverError());
        stripe.stub(get(urlPathEqualTo(INTENT)).inScenario("unavailable").whenScenarioStateIs("back"),
                intent("succeeded", 4999));

        // When
        carryOut(Kind.CAPTURE, payment);

        // Then
        assertThat(state(payment)).isEqualTo("completed 4999 0 0");
        assertThat(database.rows("SELECT operation, outcome FROM provider_call ORDER BY id"))
                .containsExactly("capture unanswered", "status completed");
    }

    /** Stripe keeps it under the key. */
    private static ResponseDefinitionBuilder serverError() {
        return error(500, "api_error", "");
    }

    private static ResponseDefinitionBuilder intent(String status, long received) {
        return ok(json(status, received));
    }

    private static String json(String status, long received) {
        return "{\"id\":\"pi_1\",\"status\":\"%s\",\"amount\":4999,\"amount_received\":%d,\"currency\":\"usd\"}"
                .formatted(status, received);
    }

    private static PaymentStatusUpdated told() throws Exception {
        return PaymentStatusUpdated
                .parseFrom(Sql.query(database.dataSource(), "SELECT payload FROM outbox", row -> row.getBytes(1))
                        .get(0));
    }
}
