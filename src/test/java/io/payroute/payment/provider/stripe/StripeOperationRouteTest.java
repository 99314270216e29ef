package io.payroute.payment.provider.stripe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.fields;
import static io.payroute.payment.provider.stripe.StripeStub.intent;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;

class StripeOperationRouteTest extends StripeRoute {

    @Test
    void shouldCaptureAPart() {
        // Given
        STRIPE.toPost(INTENTS + "/pi_1/capture", ok(intent("pi_1", "succeeded")));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CAPTURE));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        assertThat(fields(STRIPE.request().getBodyAsString())).containsExactly("amount_to_capture=1200");
        assertThat(STRIPE.request().getHeader("Idempotency-Key")).isEqualTo("operation-1");
    }

    @Test
    void shouldCancel() {
        // Given
        STRIPE.toPost(INTENTS + "/pi_1/cancel", ok(intent("pi_1", "canceled")));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CANCEL));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        assertThat(STRIPE.request().getBodyAsString()).isEmpty();
        assertThat(STRIPE.request().getHeader("Idempotency-Key")).isEqualTo("operation-1");
    }

    @ParameterizedTest
    @CsvSource({"capture,succeeded,completed", "capture,canceled,declined", "cancel,canceled,completed",
            "cancel,succeeded,declined", "capture,requires_payment_method,declined", "cancel,processing,pending"})
    void shouldReadTheStateThatForbadeARepeatedOperation(String operation, String status, String outcome) {
        // Given
        STRIPE.toEverything(
                error(400, "invalid_request_error", "\"code\":\"payment_intent_unexpected_state\",\"payment_intent\":"
                        + intent("pi_1", status)));

        // When
        ProviderOutcome read = outcome(later(operation));

        // Then
        assertThat(read.word()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"succeeded,completed", "pending,pending", "requires_action,pending", "failed,declined", "canceled,declined",
            "strange,unanswered"})
    void shouldRefund(String status, String word) {
        // Given
        STRIPE.toPost("/v1/refunds", ok("{\"id\":\"re_1\",\"status\":\"" + status + "\"}"));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.REFUND));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(fields(STRIPE.request().getBodyAsString())).containsExactly("payment_intent=pi_1", "amount=1200",
                "metadata[payment_id]=" + PAYMENT, "metadata[refund_id]=operation-1");
        assertThat(STRIPE.request().getHeader("Idempotency-Key")).isEqualTo("operation-1");
    }

    @Test
    void shouldQueryALostCaptureByTheState() {
        // Given
        STRIPE.toGet(INTENTS + "/pi_1", ok(intent("pi_1", "succeeded")));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CAPTURE).status(1));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        assertThat(STRIPE.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"500,api_error,server", "409,idempotency_error,idempotency_key_in_use",
            "429,invalid_request_error,lock_timeout"})
    void shouldQueryAtOnceACaptureWithoutAnAnswer(int status, String type, String code) {
        // Given
        STRIPE.toPost(INTENTS + "/pi_1/capture", error(status, type, "\"code\":\"" + code + "\""));
        STRIPE.toGet(INTENTS + "/pi_1", ok(intent("pi_1", "succeeded").replace("\"object\"",
                "\"amount_received\":700,\"currency\":\"usd\",\"object\"")));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CAPTURE));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1", new Money(700, "USD")));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 429, 500})
    void shouldKnowNothingOfACaptureWhileTheQueryFails(int status) {
        // Given
        STRIPE.toPost(INTENTS + "/pi_1/capture", error(500, "api_error", ""));
        STRIPE.toGet(INTENTS + "/pi_1", error(status, "invalid_request_error", ""));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CAPTURE));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @Test
    void shouldFindALostRefundOnALaterPage() {
        // Given
        STRIPE.toGet("/v1/refunds",
                ok("{\"data\":[{\"id\":\"re_1\",\"status\":\"succeeded\",\"metadata\":{}}],\"has_more\":true}"));
        STRIPE.stub(get(urlPathEqualTo("/v1/refunds")).withQueryParam("payment_intent", equalTo("pi_1"))
                .withQueryParam("starting_after", equalTo("re_1")),
                ok("{\"data\":[{\"id\":\"re_2\",\"status\":\"pending\",\"metadata\":{\"refund_id\":\"operation-1\"}}]}"));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.REFUND).status(1));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Pending("re_2"));
    }

    @Test
    void shouldKnowThatARefundOutsideTheListWasNotMade() {
        // Given
        STRIPE.toGet("/v1/refunds", ok("{\"data\":[],\"has_more\":false}"));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.REFUND).status(1));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.NotDone.class);
    }
}
