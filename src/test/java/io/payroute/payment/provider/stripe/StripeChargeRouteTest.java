package io.payroute.payment.provider.stripe;

import java.time.Duration;
import java.util.Map;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;

import static io.payroute.payment.provider.stripe.StripeStub.answer;
import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.fields;
import static io.payroute.payment.provider.stripe.StripeStub.intent;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;

class StripeChargeRouteTest extends StripeRoute {

    @Test
    void shouldChargeByAConfirmedPaymentIntent() {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "succeeded")));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        LoggedRequest request = STRIPE.request();
        assertThat(fields(request.getBodyAsString())).containsExactly("amount=4999", "currency=usd",
                "payment_method=pm_card_visa",
                "payment_method_types[]=card", "capture_method=automatic", "confirm=true", "error_on_requires_action=true",
                "metadata[payment_id]=" + PAYMENT);
        assertThat(request.getUrl()).isEqualTo(INTENTS);
        assertThat(request.getHeader("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(request.getHeader("Idempotency-Key")).isEqualTo(PAYMENT.toString());
        assertThat(request.getHeader("Stripe-Version")).isEqualTo("2024-06-20");
    }

    @Test
    void shouldSendNoHeaderThatAClientCouldHaveSet() {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "succeeded")));

        // When
        send(call(ProviderCall.CHARGE), Map.of("CamelHttpUri", "http://localhost:1", "CamelHttpPath", "/evil", "CamelHttpQuery",
                "a=b", "X-Evil", "1", "Idempotency-Key", "other", "Stripe-Account", "acct_evil"), null);

        // Then
        assertThat(STRIPE.request().getUrl()).isEqualTo(INTENTS);
        assertThat(STRIPE.request().getHeader("Idempotency-Key")).isEqualTo(PAYMENT.toString());
        assertThat(STRIPE.request().getHeaders().keys()).map(String::toLowerCase).containsExactlyInAnyOrder("authorization",
                "stripe-version", "idempotency-key", "content-type", "content-length", "host", "connection", "user-agent",
                "accept-encoding");
    }

    @Test
    void shouldLeaveNoSecretOnTheExchange() {
        // Given
        STRIPE.toPost(INTENTS, error(402, "card_error", "\"decline_code\":\"generic_decline\""));

        // When
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        assertThat(exchange.getAllProperties().toString() + exchange.getMessage().getBody()).doesNotContain(KEY)
                .doesNotContain("sk_test").doesNotContain("4242");
    }

    @Test
    void shouldAuthorize() {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "requires_capture")));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.AUTHORIZE));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Authorized("pi_1"));
        assertThat(fields(STRIPE.request().getBodyAsString())).contains("capture_method=manual");
    }

    @ParameterizedTest
    @CsvSource({"generic_decline,declined", "insufficient_funds,declined", "stolen_card,declined", "fraudulent,declined",
            "do_not_honor,declined", "issuer_not_available,declined_softly", "processing_error,declined_softly",
            "try_again_later,declined_softly", "reenter_transaction,declined_softly"})
    void shouldTellSoftDeclinesFromHardOnes(String code, String word) {
        // Given
        STRIPE.toPost(INTENTS, error(402, "card_error", "\"code\":\"card_declined\",\"decline_code\":\"" + code + "\""));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(outcome.detail()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"402,card_error,authentication_required,declined", "400,invalid_request_error,amount_too_small,declined",
            "409,idempotency_error,idempotency_key_in_use,unanswered", "409,invalid_request_error,lock_timeout,unanswered",
            "429,invalid_request_error,lock_timeout,unanswered", "429,invalid_request_error,rate_limit,not_done",
            "401,invalid_request_error,api_key_expired,not_done",
            "403,invalid_request_error,more_permissions_required,not_done",
            "400,idempotency_error,idempotency_error,unanswered", "404,invalid_request_error,resource_missing,unanswered",
            "424,api_error,external,unanswered", "500,api_error,server,unanswered", "503,api_error,server,unanswered"})
    void shouldReadAnErrorOfACharge(int status, String type, String code, String word) {
        // Given
        STRIPE.toPost(INTENTS, error(status, type, "\"code\":\"" + code + "\""));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(STRIPE.requests()).as("requests of one attempt").hasSize(1);
    }

    @Test
    void shouldNotFailAPaymentThatStripeSaysToRepeat() {
        // Given
        STRIPE.toPost(INTENTS, error(400, "invalid_request_error", "").withHeader("Stripe-Should-Retry", "true"));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @ParameterizedTest
    @CsvSource({"200,<html>,unanswered", "200,{},unanswered", "200,[],unanswered", "402,nonsense,unanswered",
            "404,{},unanswered",
            "301,{},unanswered", "403,<html>,unanswered", "502,<html>,unanswered", "200,,unanswered"})
    void shouldLeaveOpenWhatIsNoAnswerOfStripes(int status, String body, String word) {
        // Given
        STRIPE.toPost(INTENTS, answer(status, body == null ? "" : body).withHeader("Location", STRIPE.url() + "/elsewhere"));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(STRIPE.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"processing,pending", "requires_action,declined", "requires_payment_method,declined", "canceled,declined",
            "newly_invented,unanswered"})
    void shouldReadTheStatesOfAnIntent(String status, String word) {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", status)));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
    }

    @Test
    void shouldNotChargeWithoutAPaymentMethodOfStripes() {
        // When
        ProviderOutcome outcome = outcome(new ProviderCall(ProviderCall.CHARGE, null, PAYMENT.toString(), PAYMENT, null,
                new Money(4999, "USD"), "paypal", 1));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Declined("payment_method_missing", true));
        assertThat(STRIPE.requests()).isEmpty();
    }

    @Test
    void shouldNotBeginACallThatWaitedTooLong() {
        // When
        Exchange charge = send(call(ProviderCall.CHARGE), Map.of(), System.nanoTime() - 1);
        Exchange status = send(statusQuery(ProviderCall.CHARGE, null, Duration.ZERO), Map.of(), System.nanoTime() - 1);

        // Then
        assertThat(charge.getMessage().getBody()).isInstanceOf(ProviderOutcome.NotDone.class);
        assertThat(status.getMessage().getBody()).isInstanceOf(ProviderOutcome.Unanswered.class);
        assertThat(STRIPE.requests()).isEmpty();
    }
}
